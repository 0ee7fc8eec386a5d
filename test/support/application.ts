import 'reflect-metadata';
import { Agent } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { createApplication } from '../../src/application.js';
import { type AccessScope } from '../../src/access/credential.js';
import { readSettings } from '../../src/config/read-settings.js';
import { createLogger } from '../../src/logging/logger.js';
import { CompanyAdministration } from '../../src/administration/company-administration.js';
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

export interface TestApplicationOptions {
  /** Environment variables, as `.env.example` names them: `{ MAX_OPERATIONS: '2' }`. */
  readonly settings?: Readonly<Record<string, string>>;
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
  const database = await testDatabase();
  const settings = readSettings({ DATABASE_URL: database.url, LOG_LEVEL: 'silent', ...options.settings });
  const logger = createLogger(settings.logLevel, options.log && { write: options.log });
  const app = await createApplication(settings, database.url, logger);
  const answeredTwice = noteSecondAnswers(app);
  await app.listen(0, '127.0.0.1');
  const { RECORD_ANSWERS } = process.env;
  if (RECORD_ANSWERS !== undefined) recordAnswers(app.getHttpServer(), RECORD_ANSWERS);
  const origin = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const administration = await CompanyAdministration.open(database.url);
  const agent = new Agent({ keepAlive: true });
  const scim = (token?: string, base = `${origin}${STANDARD}`): ScimClient =>
    new ScimClient(base, token, agent);
  let made = 0;
  return {
    app,
    origin,
    base: `${origin}${STANDARD}`,
    database,
    administration,
    company: (slug = `company-${++made}`) => makeCompany(administration, slug, scim),
    scim,
    close: async () => {
      agent.destroy();
      await administration.close();
      await app.close();
      await database.close();
      if (answeredTwice.length > 0) throw new Error(`answered twice: ${answeredTwice.join(', ')}`);
    },
  };
}

async function makeCompany(
  administration: CompanyAdministration,
  slug: string,
  scim: (token: string) => ScimClient,
): Promise<TestCompany> {
  await administration.createCompany(slug, slug);
  const token = async (
    dialect: Dialect = 'lenient',
    scopes: readonly AccessScope[] = READ_WRITE,
  ): Promise<string> =>
    (await administration.issueToken(slug, { name: 'test', dialect, scopes, expires: null })).secret;
  return { slug, token, client: async (dialect, scopes) => scim(await token(dialect, scopes)) };
}
