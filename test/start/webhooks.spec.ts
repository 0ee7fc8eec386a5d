import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_TOKEN } from '../support/admin-client.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { LOCALHOST } from '../support/localhost-certificate.js';
import { baseOf, endProcesses, makeFolder, send, startProcess, type Running } from '../support/process.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';
import { USER_SCHEMA_URN } from '../support/schema-urns.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const LIMIT = 240_000;
const TOKEN = 'webhook-'.repeat(6);
const USERS = 60;

let program: string;
let database: TestDatabase;
let authority: string;

beforeAll(async () => {
  program = await compileProgram();
  database = await testDatabase();
  authority = join(makeFolder(), 'authority.pem');
  writeFileSync(authority, LOCALHOST.cert);
}, COMPILE_LIMIT);
afterEach(() => endProcesses(), LIMIT);
afterAll(() => database.close());

function startServer(): Running {
  return startProcess([process.execPath, join(program, 'main.js')], {
    env: {
      ...{ DATABASE_URL: database.url, DATA_DIR: '/nowhere', PORT: '0', LOG_LEVEL: 'error', ADMIN_TOKEN },
      ...{ BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: TOKEN, NODE_EXTRA_CA_CERTS: authority },
      // Days pass in seconds: a receiver that is away for half of its retries is away for long.
      ...{
        WEBHOOK_HOSTS: 'localhost',
        WEBHOOK_TIMEOUT_MS: '2000',
        WEBHOOK_RETRIES: Array(20).fill('1s').join(),
      },
    },
  });
}

/** Makes a webhook, and gives its secret. */
async function makeWebhook(base: string, url: string): Promise<string> {
  const admin = new URL('/admin/v1', base).href;
  const answer = await send(admin, ADMIN_TOKEN, 'POST', '/companies/acme/webhooks', { url });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { secret: string }).secret;
}

it(
  'servers are killed in the middle of deliveries, and the receiver is away: nothing is lost, over TLS',
  async () => {
    let receiver = await WebhookReceiver.open(LOCALHOST);
    const { port } = receiver;
    const heard: WebhookReceiver[] = [receiver];
    const told = (): Set<string> =>
      new Set(
        heard.flatMap(({ messages }) =>
          messages.filter(({ status }) => status === 204).map(({ body }) => body.data.resource.id as string),
        ),
      );
    let server = startServer();
    let base = await baseOf(server);
    const secret = await makeWebhook(base, receiver.url);
    const made: string[] = [];
    const add = async (count: number): Promise<void> => {
      for (let left = count; left > 0; left -= 1) {
        const userName = `user-${made.length}`;
        const answer = await send(base, TOKEN, 'POST', '/Users', { schemas: [USER_SCHEMA_URN], userName });
        expect(answer.status).toBe(201);
        made.push(((await answer.json()) as { id: string }).id);
      }
    };
    // Slow enough that a kill finds calls under way.
    receiver.reply = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return 204;
    };
    for (let round = 0; round < 2; round += 1) {
      await add(USERS / 4);
      await receiver.received(made.length - USERS / 8);
      await server.kill();
      server = startServer();
      base = await baseOf(server);
    }
    await receiver.close();
    await add(USERS / 4);
    await server.kill();
    server = startServer();
    base = await baseOf(server);
    await add(USERS / 4);
    receiver = await WebhookReceiver.open(LOCALHOST, port);
    heard.push(receiver);
    await receiver.until(() => made.every((id) => told().has(id)), 'message of each user');
    for (const each of heard) each.verify(secret);
    expect(told()).toEqual(new Set(made));
    await receiver.close();
  },
  LIMIT,
);
