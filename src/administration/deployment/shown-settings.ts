import { type Settings } from '../../config/settings.js';
import { describePlace } from '../../persistence/database/server-check.js';

type ShownSettings = { readonly [Name in keyof Settings]: unknown };
type Shown = { readonly [Name in keyof Settings]-?: (value: Settings[Name]) => unknown };

const asItIs = <T>(value: T): T => value;
const isSet = (value: unknown): 'set' | 'not set' => (value === undefined ? 'not set' : 'set');
const count = (values: readonly unknown[]): number => values.length;

/** A URL without its user name, password and query; `not set` where there is none. */
function withoutUser(text: string | undefined): string {
  if (text === undefined) return 'not set';
  if (!URL.canParse(text)) return 'set';
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** Host, port and name of a database; `not set` where there is none. */
const placeOf = (url: string | undefined): string => (url === undefined ? 'not set' : describePlace(url));

/**
 * How each setting is shown to somebody who helps. Secrets are set or not; folders, which may have the name of a person, and
 * what names companies or hosts of others likewise. The type asks for a line for each setting.
 */
const SHOWN: Shown = {
  port: asItIs,
  host: asItIs,
  metrics: isSet,
  workers: asItIs,
  databaseUrl: placeOf,
  databaseDirectUrl: placeOf,
  databaseServiceUrl: placeOf,
  databasePooler: asItIs,
  cell: asItIs,
  dataDir: isSet,
  publicUrl: withoutUser,
  trustProxy: asItIs,
  bootstrap: ({ company, token, dialect }) => ({ company: isSet(company), token: isSet(token), dialect }),
  adminToken: isSet,
  adminJwksHosts: count,
  secretKey: isSet,
  secretsKeys: count,
  webhookHosts: count,
  webhookProxy: isSet,
  webhookTimeout: asItIs,
  webhookRetries: asItIs,
  webhookHold: asItIs,
  webhookLogDays: asItIs,
  rateLimit: asItIs,
  rateBurst: asItIs,
  platformRateLimit: asItIs,
  companyRequests: asItIs,
  feedWaiters: asItIs,
  authFailureLimit: asItIs,
  bodyLimit: asItIs,
  userBodyLimit: asItIs,
  bodiesInFlight: asItIs,
  companyBodiesInFlight: asItIs,
  bodyTimeout: asItIs,
  clientTokens: asItIs,
  jwtHours: asItIs,
  deletedRetentionDays: asItIs,
  restoreLimit: asItIs,
  maxOperations: asItIs,
  maxFilterLength: asItIs,
  maxFilterTokens: asItIs,
  maxPageSize: asItIs,
  schemas: ({ schemas }) => schemas.map(({ id }) => id),
  logLevel: asItIs,
  logFormat: asItIs,
  docs: asItIs,
  poolSize: asItIs,
  queueTimeout: asItIs,
  writeTimeout: asItIs,
  statementTimeout: asItIs,
  streamTimeout: asItIs,
  snapshotTimeout: asItIs,
  sendTimeout: asItIs,
  spoolDir: isSet,
  spoolLimit: asItIs,
  spoolCompanyLimit: asItIs,
  drainTimeout: asItIs,
};

/** The settings for somebody who helps: without secrets, and without names of people and companies. */
export function showSettings(settings: Settings): ShownSettings {
  const shown = Object.entries(SHOWN).map(([name, show]) => [
    name,
    (show as (value: unknown) => unknown)(settings[name as keyof Settings]),
  ]);
  return Object.fromEntries(shown) as ShownSettings;
}
