import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAccessToken } from '../access/access-token.js';
import { type Settings } from '../config/settings.js';
import { StartupError } from '../config/startup-error.js';
import { AdministrationError, CompanyAdministration } from '../administration/company-administration.js';

/** Slug of the company that the first start creates. */
export const FIRST_COMPANY = 'default';

/** How the person who starts the service gets to know a token. */
export type TokenNotice =
  | { readonly kind: 'shown'; readonly token: string }
  | { readonly kind: 'file'; readonly path: string }
  /** The person knows one already, from an earlier start or from the settings. */
  | { readonly kind: 'known' };

/**
 * Creates a company and a token if they are missing: those of the bootstrap settings or, in an empty database without
 * such settings, the company `default` with a new token. A lock keeps instances that start at the same time from
 * doing it twice.
 *
 * @param directUrl URL for the owner of the database
 * @param showToken whether a new token may be printed; if not, it is written to `DATA_DIR/initial-token`
 * @throws StartupError where the token file can't be written or the company or token can't be created
 */
export async function ensureFirstCompany(
  directUrl: string,
  settings: Settings,
  showToken: boolean,
): Promise<TokenNotice> {
  const administration = await CompanyAdministration.open(directUrl);
  try {
    return await administration.exclusively(() => createFirst(administration, settings, showToken));
  } catch (error) {
    if (error instanceof AdministrationError) throw new StartupError(error.message);
    throw error;
  } finally {
    await administration.close();
  }
}

async function createFirst(
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
  // The token file is written first. If the process is killed in between, the token is invalid, which is better than
  // a company whose token nobody knows.
  const secret = makeAccessToken();
  const notice: TokenNotice = showToken
    ? { kind: 'shown', token: secret }
    : { kind: 'file', path: writeTokenFile(dataDir, secret) };
  await administration.createCompanyWithToken(FIRST_COMPANY, secret, {
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
