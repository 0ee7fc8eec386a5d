import 'reflect-metadata';
import { mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pg from 'pg';
import { Administration } from '../../src/administration/administration.js';
import { createApplication } from '../../src/application.js';
import { readSettings } from '../../src/config/read-settings.js';
import { createLogger } from '../../src/logging/logger.js';
import { migrate } from '../../src/persistence/database/migrate.js';
import { withSecretKey } from '../../src/persistence/settings/with-secret-key.js';
import { openDatabase } from '../../src/startup/database.js';
import { makeObjectsYoung } from '../../src/startup/young-objects.js';
import { SecretBox } from '../../src/webhooks/secret-box.js';
import { type Figures, type Order, type Started } from './stressed-server.js';

/** A server in a process of its own, over an empty embedded PostgreSQL, that measures itself on request. */
makeObjectsYoung();
const COMPANIES = (process.env['COMPANIES'] ?? 'attacker,bystander,third,fourth').split(',');

const folder = mkdtempSync(join(tmpdir(), 'rollcall-stress-'));
const settings = readSettings({
  LOG_LEVEL: 'silent',
  RATE_LIMIT: '1000000',
  ...process.env,
  DATA_DIR: folder,
});
const database = await openDatabase(settings);
await migrate(database.directUrl);
const complete = await withSecretKey(settings, database.directUrl);
const app = await createApplication(complete, await database.serviceUrl(), createLogger(settings.logLevel));
await app.listen(0, '127.0.0.1');

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let processor = process.cpuUsage();
let resident = 0;
let stopping: Promise<void> | undefined;

// Linux counts the processor time of this thread, in nanoseconds, whatever else the machine does meanwhile.
const schedule = openSync('/proc/self/schedstat', 'r');
const counted = Buffer.alloc(64);
function threadTime(): number {
  const length = readSync(schedule, counted, 0, counted.length, 0);
  return parseInt(counted.toString('latin1', 0, length), 10) / 1e6;
}
let turn = threadTime();
let longestTurn = 0;
setInterval(() => {
  const now = threadTime();
  longestTurn = Math.max(longestTurn, now - turn);
  turn = now;
}, 1).unref();
const watch = (): void => {
  resident = Math.max(resident, process.memoryUsage.rss());
};
setInterval(watch, 20).unref();

const orders: Readonly<Record<Order['kind'], (order: Order) => unknown>> = {
  begin: () => {
    delay.reset();
    longestTurn = 0;
    processor = process.cpuUsage();
    resident = process.memoryUsage.rss();
    return undefined;
  },
  figures: (): Figures => {
    watch();
    const { user, system } = process.cpuUsage(processor);
    return { worstDelay: delay.max / 1e6, longestTurn, processor: (user + system) / 1e3, resident };
  },
  fill: ({ company = '', statements = [] }) => fill(company, statements),
  limit: ({ company = '', rateLimit }) => limit(company, rateLimit),
  platform: () => issuePlatformCredential(),
  webhook: ({ company = '', url = '' }) => addWebhook(company, url),
  unhook: ({ company = '' }) => removeWebhooks(company),
  stop: () => stop(),
};

async function handle(order: Order): Promise<void> {
  const answer = await orders[order.kind](order);
  process.send?.({ answer });
}
process.on('message', (order: Order) => void handle(order));
// Nobody is left to measure for. Who interrupts the script also interrupts this process, but not PostgreSQL.
process.once('disconnect', () => void stop());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
process.send?.({ answer: await started() });

async function started(): Promise<Started> {
  const administration = await Administration.open(database.directUrl);
  const tokens: Record<string, string> = {};
  for (const slug of COMPANIES) {
    await administration.companies.createCompany(slug, slug);
    const issued = await administration.tokens.issueToken(slug, {
      name: slug,
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      expires: null,
    });
    tokens[slug] = issued.secret;
  }
  await administration.close();
  return { port: (app.getHttpServer().address() as AddressInfo).port, tokens, dataDir: folder };
}

async function limit(slug: string, rateLimit: number | undefined): Promise<void> {
  const administration = await Administration.open(database.directUrl);
  await administration.companies.setCompany(slug, { rateLimit: rateLimit ?? null });
  await administration.close();
}

/** @returns the secret of a credential that follows all companies */
async function issuePlatformCredential(): Promise<string> {
  const administration = await Administration.open(database.directUrl);
  const { secret } = await administration.platformCredentials.issue({
    name: 'mirror',
    scopes: ['feed'],
    companies: null,
    expires: null,
  });
  await administration.close();
  return secret;
}

async function addWebhook(slug: string, url: string): Promise<void> {
  const rules = { secrets: new SecretBox(complete.secretsKeys), hosts: complete.webhookHosts };
  const administration = await Administration.open(database.directUrl);
  await administration.webhooks.create(slug, { name: 'stress', url, types: null }, rules);
  await administration.close();
}

async function removeWebhooks(slug: string): Promise<void> {
  const administration = await Administration.open(database.directUrl);
  for (const { id } of await administration.webhooks.list(slug))
    await administration.webhooks.delete(slug, id);
  await administration.close();
}

async function fill(slug: string, statements: readonly string[]): Promise<void> {
  const owner = new pg.Client(database.directUrl);
  await owner.connect();
  const { rows } = await owner.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [slug]);
  const id = rows[0]?.id ?? '';
  await owner.query(
    `SELECT set_config('role', 'rollcall_service', false), set_config('rollcall.company_id', $1, false)`,
    [id],
  );
  for (const statement of statements) await owner.query(statement.replaceAll(':company', id));
  await owner.query('RESET ROLE');
  await owner.query('VACUUM ANALYZE users, groups, memberships');
  await owner.end();
}

function stop(): Promise<void> {
  return (stopping ??= end());
}

async function end(): Promise<void> {
  app.getHttpServer().closeAllConnections();
  await app.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
  setImmediate(() => process.exit(0));
}
