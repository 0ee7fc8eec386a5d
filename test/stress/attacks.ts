import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, postmasterOf } from '../support/process.js';
import { fillUsers } from './fill-users.js';
import { type StressAnswer, type StressedServer, type StressRequest } from './stressed-server.js';

/** Something that one or several companies do at the cost of others. */
export interface Attack {
  readonly name: string;
  readonly run: () => Promise<AttackOutcome>;
}

export interface AttackOutcome {
  readonly answers: readonly Pick<StressAnswer, 'status'>[];
  /** A sentence about what the table has no column for. */
  readonly note?: string;
}

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const MEMBERS = Number(process.env['MEMBERS'] ?? 200_000);
const BUSY_USERS = 50_000;
const ATTACKERS = ['attacker', 'third', 'fourth'];
const ATTACK_MS = 10_000;
const READERS = 20;
const BODIES = 20;
/** Just below BODY_LIMIT. */
const FULL = 15_900_000;
const SLOW_REQUESTS = 40;
const FLOOD = 200;
const PATIENCE_MS = 50;
const FREEZE_MS = 8_000;

/** Fills the companies with what the attacks need. */
export async function prepareAttacks(server: StressedServer): Promise<Attack[]> {
  const ids = await fillUsers(server, 'attacker', MEMBERS);
  for (const company of ['third', 'fourth']) await fillUsers(server, company, BUSY_USERS);
  const group = await largeGroup(server);
  const body = groupBody(ids);
  const all = { of: ATTACKERS };
  return [
    {
      name: `${READERS} stalled readers of a group of ${MEMBERS}`,
      run: () => stalledReaders(server, group),
    },
    {
      name: `three companies with ${SLOW_REQUESTS} slow searches each`,
      run: () => repeat(all.of, SLOW_REQUESTS, (company) => server.send(company, SLOW_SEARCH)),
    },
    {
      name: `${SLOW_REQUESTS} clients that leave after ${PATIENCE_MS} ms`,
      run: () => repeat(['attacker'], SLOW_REQUESTS, (company) => leave(server, company)),
    },
    {
      name: `${BODIES} bodies of ${(body.length / 1e6).toFixed(0)} MB at once`,
      run: async () => ({
        answers: await Promise.all(
          Array.from({ length: BODIES }, (_, index) =>
            server.send(ATTACKERS[index % 3]!, { method: 'POST', path: 'Groups?attributes=id', body }),
          ),
        ),
      }),
    },
    {
      name: `${FLOOD} clients of one company without a pause`,
      run: () =>
        repeat(['attacker'], FLOOD, (company) =>
          server.send(company, { method: 'GET', path: 'Users?count=1' }),
        ),
    },
    { name: `PostgreSQL frozen for ${FREEZE_MS / 1000} s`, run: () => freeze(server) },
  ];
}

/** A filter that no index serves. */
const SLOW_SEARCH: StressRequest = {
  method: 'POST',
  path: 'Users/.search',
  body: JSON.stringify({ schemas: [SEARCH], filter: 'nickName co "nobody" or title co "nothing"', count: 1 }),
};

async function largeGroup(server: StressedServer): Promise<string> {
  const body = JSON.stringify({ schemas: [GROUP], displayName: 'large' });
  const made = await server.send('attacker', { method: 'POST', path: 'Groups', body });
  const statements = [
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT u.company_id, g.id, u.id, u.id FROM users u JOIN groups g USING (company_id)`,
  ];
  await server.order({ kind: 'fill', company: 'attacker', statements });
  return (JSON.parse(made.body) as { id: string }).id;
}

function groupBody(ids: readonly string[]): Buffer {
  const display = 'x'.repeat(
    Math.max(0, Math.floor(FULL / ids.length) - '{"value":"","display":""},'.length - 16),
  );
  return Buffer.from(
    JSON.stringify({
      schemas: [GROUP],
      displayName: 'body',
      members: ids.map((value) => ({ value, display })),
    }),
  );
}

/** Reads nothing of the answers; opens those again that the server closes. */
async function stalledReaders(server: StressedServer, group: string): Promise<AttackOutcome> {
  let over = false;
  const answers: { status: number }[] = [];
  const open = new Set<{ destroy(): void }>();
  const read = async (): Promise<void> => {
    while (!over) {
      const outgoing = server.open('attacker', { method: 'GET', path: `Groups/${group}` });
      open.add(outgoing);
      outgoing.on('response', ({ statusCode }) => answers.push({ status: statusCode ?? 0 }));
      outgoing.end();
      await new Promise((resolve) => outgoing.once('close', resolve));
      open.delete(outgoing);
      await sleep(100);
    }
  };
  const readers = Array.from({ length: READERS }, read);
  // A bit longer than the server lets them.
  await sleep(ATTACK_MS + 2_000);
  over = true;
  for (const each of open) each.destroy();
  await Promise.all(readers);
  return { answers };
}

/** Sends a slow request and goes before it is answered. */
async function leave(server: StressedServer, company: string): Promise<{ status: number }> {
  const outgoing = server.open(company, SLOW_SEARCH);
  let status = 0;
  outgoing.on('response', ({ statusCode }) => (status = statusCode ?? 0));
  outgoing.end(SLOW_SEARCH.body);
  await sleep(PATIENCE_MS);
  outgoing.destroy();
  return { status };
}

/** Each company has so many clients that send one request after the other. */
async function repeat(
  companies: readonly string[],
  clients: number,
  send: (company: string) => Promise<{ status: number }>,
): Promise<AttackOutcome> {
  const deadline = Date.now() + ATTACK_MS;
  const answers: { status: number }[] = [];
  const client = async (company: string): Promise<void> => {
    while (Date.now() < deadline) answers.push(await send(company));
  };
  await Promise.all(companies.flatMap((company) => Array.from({ length: clients }, () => client(company))));
  return { answers };
}

/** Stops all processes of PostgreSQL for a while, and asks for readiness meanwhile. */
async function freeze(server: StressedServer): Promise<AttackOutcome> {
  const postmaster = postmasterOf(server.started.dataDir)!;
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    for (const pid of [postmaster, ...childrenOf(postmaster)]) process.kill(pid, name);
  };
  const answers: StressAnswer[] = [];
  const ask = (path: string): Promise<StressAnswer> => server.send('attacker', { method: 'GET', path });
  signal('SIGSTOP');
  try {
    for (const end = Date.now() + FREEZE_MS; Date.now() < end; await sleep(100))
      answers.push(await ask('/health/ready'));
  } finally {
    signal('SIGCONT');
  }
  const begun = performance.now();
  while ((await ask('Users?count=1')).status !== 200) await sleep(20);
  const back = performance.now() - begun;
  await sleep(1_000);
  const slowest = Math.max(...answers.map(({ milliseconds }) => milliseconds));
  return {
    answers,
    note:
      `While PostgreSQL was frozen, \`/health/ready\` (the answers in the table) took ${slowest.toFixed(0)} ms at most. ` +
      `A request was served ${back.toFixed(0)} ms after it went on.`,
  };
}
