import { cpus } from 'node:os';
import pg from 'pg';
import { Administration } from '../src/administration/administration.js';
import { IndexedForms } from '../src/persistence/indexed-forms/indexed-forms.js';
import { openDataSource } from '../src/persistence/database/data-source.js';
import { PostgresGroupsStore } from '../src/persistence/groups/postgres-groups.store.js';
import { type WriteTransaction } from '../src/persistence/transaction/company-transaction.js';
import { PostgresCompanyTransaction } from '../src/persistence/transaction/postgres-company-transaction.js';
import { BUILT_IN_RESOURCE_TYPES } from '../src/protocol/schema/resource-types.js';
import { type CompanyScope, makeCompanyScope } from '../src/scim/company-scope.js';
import { markdownTable, writeSection } from '../test/support/document-section.js';
import { median } from './measure.js';
import { threadTime } from './processes/proc.js';
import { type BenchCompany, type BenchService, withService } from './service.js';

/** What the journal costs a write, and how fast it answers when it is large. */
const ROWS = Number(process.env['ROWS'] ?? 10_000_000);
const USERS = 10_000;
const GROUPS = 1_000;
const QUESTIONS = Number(process.env['QUESTIONS'] ?? 200);
const ANSWER_LIMIT_MS = 5;
const WRITES = 50;
const ROUNDS = 60;
const WRITE_LIMIT_MS = 0.15;
const BATCH = 500_000;
const PAGE = 'docs/performance.md';

/** One line of the page. */
interface Figure {
  readonly what: string;
  readonly found: string;
  readonly limit: string;
}

/** Of the same question, in milliseconds: how long it took, in ascending order, and what it cost the database. */
interface Times {
  readonly waited: readonly number[];
  readonly processor: readonly number[];
}

const figures: Figure[] = [];

/** Notes milliseconds; the process ends with 1 where they are over the limit. */
function note(what: string, milliseconds: number, limit?: number): void {
  const found = `${milliseconds.toFixed(milliseconds < 1 ? 3 : 1)} ms`;
  figures.push({ what, found, limit: limit === undefined ? '' : `${limit} ms` });
  process.stdout.write(
    `${what}: ${found}${limit !== undefined && milliseconds > limit ? `, over ${limit}` : ''}\n`,
  );
  if (limit !== undefined && !(milliseconds <= limit)) process.exitCode = 1;
}

/** Entries spread over the eleven months to come, whose partitions are there. */
async function fillJournal(service: BenchService, company: BenchCompany): Promise<void> {
  const step = `interval '${Math.floor((11 * 30 * 86_400_000) / ROWS)} ms'`;
  for (let from = 0; from < ROWS; from += BATCH) {
    const entries = `generate_series(${from}, ${Math.min(ROWS, from + BATCH) - 1}) n
      CROSS JOIN LATERAL (SELECT first_resource_id(date_trunc('day', now()) + interval '1 day' + n * ${step}) + n % 4000000 AS id,
        ${groupId('n')} AS group_id) i`;
    await service.fill(
      company,
      `INSERT INTO activity (company_id, id, txn, credential_id, credential_name, client, surface, request_id, operation,
         outcome, resource_type, resource_id, display, version, attributes, added, removed, duration_ms)
       SELECT ${company.id}, i.id, md5(n::text), n % 7, 'Okta', 'Okta SCIM Client 1.0.0', 'standard', md5(n::text), 'members',
         'done', 'Group', i.group_id, 'group', n, '{}', n % 2, 1 - n % 2, 5 FROM ${entries}`,
      `INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
       SELECT ${company.id}, i.group_id, i.id, ${userId('n')}, 'U', CASE WHEN n % 2 = 1 THEN 1 ELSE -1 END FROM ${entries}`,
    );
    process.stderr.write(`${Math.min(ROWS, from + BATCH)} of ${ROWS}\r`);
  }
  const client = new pg.Client(service.url);
  await client.connect();
  await client.query('VACUUM ANALYZE activity, activity_members');
  await client.end();
}

// Neighbours in time have other groups and members, and each pair meets again and again.
const groupId = (n: string): string => `(1000000 + ${n}::bigint * 7919 % ${GROUPS})`;
const userId = (n: string): string => `(2000000 + ${n}::bigint * 104729 % ${USERS})`;
const hex = (id: number): string => id.toString(16).padStart(16, '0');

async function ask(service: BenchService): Promise<void> {
  const admin = new pg.Client(service.url);
  await admin.connect();
  const others = await sessions(admin);
  const administration = await Administration.open(service.url);
  const times = async (question: (round: number) => Promise<unknown>): Promise<Times> => {
    const waited: number[] = [];
    const processor: number[] = [];
    for (let round = 0; round < QUESTIONS; round += 1) {
      const before = await databaseTime(admin, others);
      const begin = performance.now();
      await question(round);
      waited.push(performance.now() - begin);
      processor.push((await databaseTime(admin, others)) - before);
    }
    return { waited: waited.sort((one, other) => one - other), processor };
  };
  const noteTimes = (what: string, { waited, processor }: Times, limit?: number): void => {
    note(`${what}, median`, median(waited), limit);
    note('processor time of the database for it, median', median(processor));
  };
  const { activity, memberships } = administration;
  const pair = (round: number): { resource: string; member: string } => {
    const n = (round * 49_999) % ROWS;
    return {
      resource: hex(1_000_000 + ((n * 7919) % GROUPS)),
      member: hex(2_000_000 + ((n * 104_729) % USERS)),
    };
  };
  const who = await times((round) =>
    activity.list('journal', { ...pair(round), operation: 'members' }, { count: 1 }),
  );
  noteTimes('who removed her from that group', who, ANSWER_LIMIT_MS);
  note('who removed her from that group, 99 of 100', who.waited[Math.floor(QUESTIONS * 0.99)] ?? NaN);
  noteTimes('the newest 100 entries', await times(() => activity.list('journal', {})));
  for (const days of [30, 330]) {
    const at = new Date(Date.now() + (331 - days) * 86_400_000);
    const members = await times((round) => memberships.membersAt('journal', pair(round).resource, at));
    noteTimes(`members of a group ${days} days before the last entry`, members);
    const groups = await times((round) => memberships.groupsAt('journal', pair(round).member, at));
    noteTimes(`groups of a user ${days} days before the last entry`, groups);
  }
  await administration.close();
  await admin.end();
}

const SETTINGS = {
  poolSize: 2,
  queueTimeout: 60_000,
  writeTimeout: 60_000,
  statementTimeout: 20_000,
  streamTimeout: 60_000,
  databasePooler: 'none',
  databaseUrl: 'postgres://elsewhere.example/rollcall',
  workers: 1,
} as const;

/** The processor time of the database for adding a member to a group and taking it out, with and without the journal. */
async function measureWrites(service: BenchService, company: BenchCompany): Promise<void> {
  const admin = new pg.Client(service.url);
  await admin.connect();
  const others = await sessions(admin);
  const dataSource = await openDataSource(service.serviceUrl, SETTINGS);
  try {
    const indexed = new IndexedForms(BUILT_IN_RESOURCE_TYPES);
    const url = service.serviceUrl;
    const journaled = new PostgresCompanyTransaction(dataSource, url, SETTINGS, indexed);
    const bare = new WithoutJournal(dataSource, url, SETTINGS, indexed);
    await journaled.loadIndexedForms();
    const scope = makeCompanyScope({
      companyId: company.id,
      slug: 'journal',
      settings: { duplicateGroupNames: true, unknownMembers: 'reject' },
    });
    const stores = [bare, journaled].map(
      (each) => new PostgresGroupsStore(each, BUILT_IN_RESOURCE_TYPES, indexed),
    );
    const target = await makeTarget(company);
    const spent: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const before = await databaseTime(admin, others);
        await write(stores[which]!, scope, target);
        // The first round prepares the statements.
        if (round > 0) spent[which].push(((await databaseTime(admin, others)) - before) / WRITES);
      }
    }
    const [without, kept] = spent;
    note('database processor time of a change of one member, without the journal', median(without));
    note('the same with the journal', median(kept));
    // Of neighbouring rounds, since machines change their pace.
    note('what the journal adds', median(kept.map((time, round) => time - without[round]!)), WRITE_LIMIT_MS);
    await measureRelay(service);
  } finally {
    await admin.end();
    await dataSource.destroy();
  }
}

async function makeTarget({ client }: BenchCompany): Promise<{ group: string; user: string }> {
  const make = async (path: string, resource: object): Promise<string> => {
    const { body } = await client.send('POST', path, resource);
    return (JSON.parse(body) as { id: string }).id;
  };
  const schema = 'urn:ietf:params:scim:schemas:core:2.0:';
  const user = await make('/Users', { schemas: [`${schema}User`], userName: 'ada' });
  return { user, group: await make('/Groups', { schemas: [`${schema}Group`], displayName: 'Engineers' }) };
}

async function write(
  groups: PostgresGroupsStore,
  scope: CompanyScope,
  { group, user }: { readonly group: string; readonly user: string },
): Promise<void> {
  for (let count = 0; count < WRITES; count += 1) {
    const isAdded = count % 2 === 0;
    const [add, remove] = [isAdded ? [user] : [], isAdded ? [] : [user]];
    const membership = {
      steps: [{ kind: 'delta' as const, clear: false, add, remove }],
      references: add.map((value) => ({ value })),
    };
    const update = { change: <T>(same: T): T => same, membership, precondition: undefined };
    await groups.update(scope, group, update, { members: false });
  }
}

/** The process ids of the sessions on the database, but for that of `admin`. */
async function sessions(admin: pg.Client): Promise<readonly number[]> {
  const { rows } = await admin.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL`,
  );
  return rows.map(({ pid }) => pid);
}

/** The processor time of all sessions but for some, in milliseconds. */
async function databaseTime(admin: pg.Client, others: readonly number[]): Promise<number> {
  const pids = (await sessions(admin)).filter((pid) => !others.includes(pid));
  return pids.reduce((sum, pid) => sum + threadTime(pid), 0);
}

async function measureRelay(service: BenchService): Promise<void> {
  const size = 5000;
  const client = new pg.Client({ connectionString: service.serviceUrl, options: '-c role=rollcall_service' });
  await client.connect();
  const begin = performance.now();
  const { rows } = await client.query<{ moved: string }>('SELECT relay_outbox($1) AS moved', [size]);
  const moved = Math.max(1, Number(rows[0]?.moved));
  note(`moving a change to the feed, of ${moved} at once`, (performance.now() - begin) / moved);
  await client.end();
}

/** Writes without the statement that the journal adds to them. */
class WithoutJournal extends PostgresCompanyTransaction {
  override write<T>(scope: CompanyScope, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    return super.write(scope, (transaction) =>
      work({
        run: (statement) => transaction.run(statement),
        runAll: (statements) => transaction.runAll(statements),
        runAtCommit: () => undefined,
      }),
    );
  }
}

await withService(async (service) => {
  const company = await service.company('journal');
  await measureWrites(service, company);
  await fillJournal(service, company);
  await ask(service);
  const day = new Date().toISOString().slice(0, 10);
  const head = `Measured on ${day} on ${cpus().length} cores, with Node.js ${process.versions.node} and ${ROWS.toLocaleString('en')} entries of one company, each with one member:`;
  const rows = figures.map(({ what, found, limit }) => [what, found, limit]);
  writeSection(PAGE, 'journal', `${head}\n\n${markdownTable(['what', 'found', 'limit'], rows)}`);
});
