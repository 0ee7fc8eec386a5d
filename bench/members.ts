import { measurePair, type Pair, report } from './measure.js';
import { type BenchClient, type BenchCompany, type BenchService, withService } from './service.js';

/** Compares what a change of one member costs in a small and in a large group, and reads the large one whole. */
const SMALL = 10;
const LARGE = Number(process.env['MEMBERS'] ?? 100_000);
const LIMIT = 1.5;
const ROUNDS = 200;
const SERIES = 3;
const READS = 3;
const MEBIBYTE = 1024 * 1024;

await withService(async (service) => {
  const company = await service.company('bench');
  const { small, large, newcomers } = await makeGroups(service, company);
  const { client } = company;
  const newcomer = (round: number): string => newcomers[round] ?? '';
  const add = (group: string) => (round: number) =>
    change(client, group, { op: 'add', path: 'members', value: [{ value: newcomer(round) }] });
  const remove = (group: string) => (round: number) =>
    change(client, group, { op: 'remove', path: `members[value eq "${newcomer(round)}"]` });
  const read = (group: string) => async (): Promise<number> =>
    (await client.send('GET', `/Groups/${group}?excludedAttributes=members`)).milliseconds;
  const acts = [
    ['add one member', add],
    ['remove one member', remove],
    ['read without members', read],
  ] as const;
  const series = new Map<string, Pair[]>(acts.map(([name]) => [name, []]));
  for (let index = 0; index < SERIES; index += 1) {
    for (const [name, act] of acts) series.get(name)?.push(await measurePair(ROUNDS, act(small), act(large)));
  }
  for (const [name, pairs] of series)
    report(name, [`of ${SMALL} members`, `of ${LARGE} members`], pairs, LIMIT);
  await readWhole(client, large);
});

async function makeGroups(
  service: BenchService,
  company: BenchCompany,
): Promise<{ small: string; large: string; newcomers: string[] }> {
  await service.fill(
    company,
    `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
     SELECT ${company.id}, d, d, d->>'userName', d->>'userName', d->>'userName'
     FROM generate_series(1, ${LARGE + ROUNDS}) n
     CROSS JOIN LATERAL jsonb_build_object('userName', 'user-' || n || '@example.com') d`,
    `INSERT INTO resource_counts VALUES (${company.id}, 'User', 0, ${LARGE + ROUNDS})`,
  );
  const ids: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const { body } = await company.client.send('GET', `/Users?count=1000&attributes=id&cursor=${cursor}`);
    const page = JSON.parse(body) as { Resources: { id: string }[]; nextCursor?: string };
    ids.push(...page.Resources.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  const make = async (displayName: string, members: readonly string[]): Promise<string> => {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    const group = { schemas, displayName, members: members.map((value) => ({ value })) };
    const { body } = await company.client.send('POST', '/Groups?attributes=id', group);
    return (JSON.parse(body) as { id: string }).id;
  };
  const newcomers = ids.slice(LARGE);
  const small = await make('small', ids.slice(0, SMALL));
  const large = await make('large', ids.slice(0, LARGE));
  await service.fill(company);
  return { small, large, newcomers };
}

async function change(client: BenchClient, group: string, operation: object): Promise<number> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  return (await client.send('PATCH', `/Groups/${group}`, { schemas, Operations: [operation] })).milliseconds;
}

/** The client, which keeps nothing of the answer, runs in the same process. */
async function readWhole(client: BenchClient, group: string): Promise<void> {
  for (let read = 0; read < READS; read += 1) {
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    const { bytes, milliseconds } = await client.drain(`/Groups/${group}`);
    clearInterval(watch);
    const size = (bytes / MEBIBYTE).toFixed(1);
    const memory = `resident memory ${Math.round(before / MEBIBYTE)} -> ${Math.round(peak / MEBIBYTE)} MiB`;
    process.stdout.write(`read whole: ${size} MiB in ${milliseconds.toFixed(0)} ms, ${memory}\n`);
  }
}
