import 'reflect-metadata';
import { Agent, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type INestApplication } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { createApplication } from '../../src/application.js';
import { type AccessScope } from '../../src/access/credential.js';
import { withSecretKey } from '../../src/persistence/settings/with-secret-key.js';
import { ensureServiceLogin } from '../../src/persistence/database/service-login.js';
import { withOwnerAccess } from '../../src/startup/owner-access.js';
import { readSettings } from '../../src/config/read-settings.js';
import { createLogger } from '../../src/logging/logger.js';
import { Administration } from '../../src/administration/administration.js';
import { localOrigin } from '../../src/administration/local-origin.js';
import { type BootstrapAdministration } from '../../src/administration/bootstrap-administration.js';
import { type CompanyAdministration } from '../../src/administration/company-administration.js';
import { type CompanyLifecycle } from '../../src/administration/company-lifecycle.js';
import { type CompanyPurge } from '../../src/administration/company-purge.js';
import { type GuardAdministration } from '../../src/administration/guard-administration.js';
import { type IssuerAdministration } from '../../src/administration/issuer-administration.js';
import { type OauthClientAdministration } from '../../src/administration/oauth-client-administration.js';
import { type TokenAdministration } from '../../src/administration/token-administration.js';
import { type Dialect } from '../../src/protocol/dialect/dialect.js';
import { ScimClient } from './scim-client.js';
import { recordAnswers } from './answer-recorder.js';
import { testDatabase, type TestDatabase } from './database.js';
import { noteSecondAnswers } from './second-answers.js';

/** The path of the standard surface. */
const STANDARD = '/standard/scim/v2';

/** For `describe.each`: what both dialects have in common is tested with tokens of both. */
export const DIALECTS = ['lenient', 'strict'] as const satisfies readonly Dialect[];

const READ_WRITE: readonly AccessScope[] = ['scim:read', 'scim:write'];

/** Tests send as fast as they can, and many without a token. The machine may stand still for some seconds meanwhile. */
const UNHURRIED = {
  RATE_LIMIT: '1000000',
  AUTH_FAILURE_LIMIT: '1000000',
  COMPANY_REQUESTS: '100000',
  ...{ QUEUE_TIMEOUT_MS: '60000', WRITE_TIMEOUT_MS: '60000', STATEMENT_TIMEOUT_MS: '60000' },
};

export interface TestApplicationOptions {
  /** Environment variables, as `.env.example` names them: `{ MAX_OPERATIONS: '2' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Gives the URL by which the service reaches its database; by default the database's own. */
  readonly databaseUrl?: (url: string) => Promise<string>;
  /** By default a new one. */
  readonly database?: TestDatabase;
  /** Called with each line of the log. The level is `LOG_LEVEL`, by default silent. */
  readonly log?: (line: string) => void;
}

/** A company that only one test uses. */
export interface TestCompany {
  readonly slug: string;
  /** Issues a new token; by default a lenient one for reading and writing. */
  token(dialect?: Dialect, scopes?: readonly AccessScope[]): Promise<string>;
  /** A client with a new token, for which the same defaults hold. */
  client(dialect?: Dialect, scopes?: readonly AccessScope[]): Promise<ScimClient>;
}

/** The whole service, listening on the loopback address. */
export interface TestApplication {
  readonly app: NestExpressApplication;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The base URL of the standard surface. */
  readonly base: string;
  readonly database: TestDatabase;
  readonly administration: CompanyAdministration;
  readonly lifecycle: CompanyLifecycle;
  readonly purge: CompanyPurge;
  readonly tokens: TokenAdministration;
  readonly guard: GuardAdministration;
  readonly issuers: IssuerAdministration;
  readonly clients: OauthClientAdministration;
  readonly bootstrap: BootstrapAdministration;
  /** Creates a company; without a slug, it gets one that no other call uses. */
  company(slug?: string): Promise<TestCompany>;
  /** A client for the standard surface or another base URL. Without a token, it sends none. */
  scim(token?: string, base?: string): ScimClient;
  /** Stops the service and drops its database. Throws where Nest wrote an answer behind that of a handler. */
  close(): Promise<void>;
}

/**
 * Starts the service with a new database, on a free port of 127.0.0.1. One for each spec file is enough, since tests
 * use different companies.
 */
export async function startTestApplication(options: TestApplicationOptions = {}): Promise<TestApplication> {
  const database = options.database ?? (await testDatabase());
  const databaseUrl = (await options.databaseUrl?.(database.url)) ?? (await ensureServiceLogin(database.url));
  const environment = { DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent', ...UNHURRIED, ...options.settings };
  const withKey = await withSecretKey(readSettings(environment), database.url);
  const settings = await withOwnerAccess(withKey, database.url);
  const logger = createLogger(settings.logLevel, options.log && { write: options.log });
  const app = await createApplication(settings, databaseUrl, logger);
  const answeredTwice = noteSecondAnswers(app);
  await app.listen(0, '127.0.0.1');
  const { RECORD_ANSWERS } = process.env;
  if (RECORD_ANSWERS !== undefined) recordAnswers(app.getHttpServer(), RECORD_ANSWERS);
  const origin = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const administration = await Administration.open(database.url, localOrigin('command line'));
  const inTurn = takingTurns();
  const companies = inTurn(administration.companies);
  const tokens = inTurn(administration.tokens);
  const agent = new Agent({ keepAlive: true });
  const scim = (token?: string, base = `${origin}${STANDARD}`): ScimClient =>
    new ScimClient(base, token, agent);
  let made = 0;
  return {
    app,
    origin,
    base: `${origin}${STANDARD}`,
    database,
    administration: companies,
    lifecycle: inTurn(administration.lifecycle),
    purge: inTurn(administration.purge),
    tokens,
    guard: inTurn(administration.guard),
    issuers: inTurn(administration.issuers),
    clients: inTurn(administration.clients),
    bootstrap: inTurn(administration.bootstrap),
    company: (slug = `company-${++made}`) => makeCompany({ companies, tokens }, slug, scim),
    scim,
    close: async () => {
      agent.destroy();
      await administration.close();
      await closeApplication(app);
      await database.close();
      if (answeredTwice.length > 0) throw new Error(`answered twice: ${answeredTwice.join(', ')}`);
    },
  };
}

/** Stops the service, also where a client has connected and sent nothing yet: Node.js waits a minute for that one. */
export async function closeApplication(app: INestApplication): Promise<void> {
  (app.getHttpServer() as Server).closeAllConnections();
  await app.close();
}

/** Makes the use cases of one connection wait for each other, since tests call them side by side. */
function takingTurns(): <T extends object>(useCases: T) => T {
  let last: Promise<unknown> = Promise.resolve();
  const call = (method: () => unknown): Promise<unknown> => {
    const result = last.then(method);
    last = result.catch(() => undefined);
    return result;
  };
  return (useCases) =>
    new Proxy(useCases, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...values: unknown[]) => unknown;
        return (...values: unknown[]) => call(() => method.apply(target, values));
      },
    });
}

async function makeCompany(
  { companies, tokens }: Pick<Administration, 'companies' | 'tokens'>,
  slug: string,
  scim: (token: string) => ScimClient,
): Promise<TestCompany> {
  await companies.createCompany(slug, slug);
  const token = async (
    dialect: Dialect = 'lenient',
    scopes: readonly AccessScope[] = READ_WRITE,
  ): Promise<string> =>
    (await tokens.issueToken(slug, { name: 'test', dialect, scopes, expires: null })).secret;
  return { slug, token, client: async (dialect, scopes) => scim(await token(dialect, scopes)) };
}
