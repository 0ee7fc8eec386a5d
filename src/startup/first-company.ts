import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAccessToken } from '../access/access-token.js';
import { type Settings } from '../config/settings.js';
import { StartupError } from '../config/startup-error.js';
import { AdministrationError, CompanyAdministration } from '../administration/company-administration.js';

/** The slug of the company that a first start makes. */
export const FIRST_COMPANY = 'default';

/** How the person who starts the service learns a token. */
export type TokenNotice =
  | { readonly kind: 'shown'; readonly token: string }
  | { readonly kind: 'file'; readonly path: string }
  /** The token is known already: from an earlier start, or because it was set. */
  | { readonly kind: 'known' };

/**
 * Makes sure that there is a company and a token to begin with: the one that the bootstrap settings name or, in an
 * empty database without them, company `default` with a token that is told once. Instances that start together
 * must be kept apart by the caller's lock.
 * @param showToken whether somebody reads standard output; else the token goes to `DATA_DIR/initial-token`
 */
export async function ensureFirstCompany(
  directUrl: string,
  settings: Settings,
  showToken: boolean,
): Promise<TokenNotice> {
  const administration = await CompanyAdministration.open(directUrl);
  try {
    return await administration.alone(() => introduce(administration, settings, showToken));
  } catch (error) {
    if (error instanceof AdministrationError) throw new StartupError(error.message);
    throw error;
  } finally {
    await administration.close();
  }
}

async function introduce(
  administration: CompanyAdministration,
  { bootstrap, dataDir }: Settings,
  showToken: boolean,
): Promise<TokenNotice> {
  if (bootstrap.company !== undefined) {
    await administration.ensureCompany(bootstrap.company);
    if (bootstrap.token !== undefined) {
      await administration.ensureBootstrapToken(bootstrap.company, bootstrap.token, bootstrap.dialect);
    }
    return { kind: 'known' };
  }
  if (await administration.hasCompanies()) return { kind: 'known' };
  // Told first: a kill in between leaves a token that opens nothing, never a company whose token nobody knows.
  const secret = makeAccessToken();
  const notice: TokenNotice = showToken
    ? { kind: 'shown', token: secret }
    : { kind: 'file', path: writeTokenFile(dataDir, secret) };
  await administration.foundCompany(FIRST_COMPANY, secret, {
    name: 'initial',
    dialect: bootstrap.dialect,
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  });
  return notice;
}

function writeTokenFile(dataDir: string, secret: string): string {
  const path = join(dataDir, 'initial-token');
  try {
    mkdirSync(dataDir, { recursive: true });
    rmSync(path, { force: true });
    writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(
      `The first token can't be written to ${path} (${code}). Set DATA_DIR to a writable folder.`,
    );
  }
  return path;
}
