import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAccessToken } from '../access/access-token.js';
import { makeFolder } from '../config/make-folder.js';
import { type Settings } from '../config/settings.js';
import { StartupError } from '../config/startup-error.js';
import { AdministrationError } from '../administration/administration.error.js';
import { localOrigin } from '../administration/local-origin.js';
import { type BootstrapAdministration } from '../administration/bootstrap-administration.js';
import { hasCompanies, hasCredentials, type OwnerQueries } from '../administration/has-credentials.js';
import { connectDirectly } from '../persistence/database/server-check.js';

/** Slug of the company that the first start creates. */
export const FIRST_COMPANY = 'default';

/** How the person who starts the service gets a token. */
export type TokenNotice =
  | { readonly kind: 'shown'; readonly token: string }
  | { readonly kind: 'file'; readonly path: string }
  /** The token is the value of `BOOTSTRAP_TOKEN`. */
  | { readonly kind: 'setting' }
  /** Nothing opens the company, or any of them: no token is valid, and no issuer of signed tokens is registered. */
  | { readonly kind: 'none'; readonly company: string | undefined }
  /** The person knows one already, from an earlier start or from the command line. */
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
  const client = await connectDirectly(directUrl);
  try {
    const hasNothingToCreate = settings.bootstrap.company === undefined && (await hasCompanies(client));
    return hasNothingToCreate
      ? await noticeOf(client, undefined)
      : await create(client, directUrl, settings, showToken);
  } finally {
    await client.end();
  }
}

async function create(
  client: OwnerQueries,
  directUrl: string,
  settings: Settings,
  showToken: boolean,
): Promise<TokenNotice> {
  // TypeORM is loaded only where the database can be used, and has something to do.
  const { Administration } = await import('../administration/administration.js');
  const administration = await Administration.open(directUrl, localOrigin('server'));
  const { bootstrap } = administration;
  try {
    return await administration.exclusively(() => createFirst(client, bootstrap, settings, showToken));
  } catch (error) {
    if (error instanceof AdministrationError) throw new StartupError(error.message);
    throw error;
  } finally {
    await administration.close();
  }
}

async function createFirst(
  client: OwnerQueries,
  administration: BootstrapAdministration,
  { bootstrap, dataDir, cell }: Settings,
  showToken: boolean,
): Promise<TokenNotice> {
  if (bootstrap.company !== undefined) {
    await administration.ensureCompany(bootstrap.company);
    if (bootstrap.token === undefined) return noticeOf(client, bootstrap.company);
    await administration.ensureBootstrapToken(bootstrap.company, bootstrap.token, bootstrap.dialect);
    return { kind: 'setting' };
  }
  if (await hasCompanies(client)) return noticeOf(client, undefined);
  // The token file is written first. If the process is killed in between, the token is invalid, which is better than
  // a company whose token nobody knows.
  const secret = makeAccessToken(cell);
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

/** @param company that of the settings; undefined for all */
async function noticeOf(client: OwnerQueries, company: string | undefined): Promise<TokenNotice> {
  return (await hasCredentials(client, company)) ? { kind: 'known' } : { kind: 'none', company };
}

function writeTokenFile(dataDir: string, secret: string): string {
  const path = join(dataDir, 'initial-token');
  try {
    makeFolder(dataDir);
    rmSync(path, { force: true });
    writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(
      `The first token can't be written to ${path} (${code}). Set BOOTSTRAP_COMPANY and BOOTSTRAP_TOKEN to a company ` +
        'and token of your choice, or DATA_DIR to a writable folder.',
    );
  }
  return path;
}
