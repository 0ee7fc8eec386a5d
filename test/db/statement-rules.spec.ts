import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'libpg-query';
import pg from 'pg';
import { MOVED_TABLES } from '../../src/administration/move/moved-tables.js';
import { testDatabase } from '../support/database.js';

// A database that keeps each company on one node (Citus) sends a statement there only where it can see which company it is
// about, and that it means the same on each node. Rollcall does not claim to run on one; these rules cost little, and keep the
// way open. `docs/sql` has all statements of the stores.

const FOLDER = join(import.meta.dirname, '../../docs/sql');
const COMPANY_TABLES: readonly string[] = [...MOVED_TABLES, 'outbox'];

const RULES = {
  company: 'each company table stands beside company_id = …',
  volatile: 'no volatile function in UPDATE',
  returning: 'no sub-select in INSERT … RETURNING',
} as const;
type Rule = keyof typeof RULES;

/** When a resource was changed is read behind its locks: the time of the statement is that before it waited for them. */
const TIME = 'the time is that behind the locks';
const GUARD = 'the time of a hold is that of its judgement';
const LEASE = 'leases and retries count from the moment of the work';

/** What breaks a rule and stays, by the name of the statement, with the reason. */
const STAY: Readonly<Record<Rule, Readonly<Record<string, string>>>> = {
  company: {},
  volatile: {
    'groups.leave_holders': TIME,
    'groups.move': TIME,
    'groups.update': TIME,
    'guard.hold': GUARD,
    'guard.list_refusal': GUARD,
    'memberships.add.alone': TIME,
    'memberships.remove.alone': TIME,
    'users.leave_groups': TIME,
    'users.update': TIME,
    'webhooks.claim': LEASE,
    'webhooks.hurry': LEASE,
    'webhooks.plan': LEASE,
    'webhooks.settle': LEASE,
    'webhooks.state': LEASE,
  },
  returning: {
    'users.insert.manager':
      'the name of the manager comes with the user that was written, without another statement',
  },
};

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All nodes of a tree with their kinds, the upper ones first. `enter` says below which it is looked. */
function* nodesOf(
  tree: unknown,
  enter: (kind: string) => boolean = () => true,
): Generator<[kind: string, node: Node]> {
  if (Array.isArray(tree)) for (const each of tree) yield* nodesOf(each, enter);
  if (!isNode(tree)) return;
  for (const [kind, value] of Object.entries(tree)) {
    if (isNode(value)) yield [kind, value];
    if (enter(kind)) yield* nodesOf(value, enter);
  }
}

const textsOf = (fields: unknown): string[] =>
  [...nodesOf(fields)].flatMap(([kind, node]) => (kind === 'String' ? [String(node['sval'])] : []));

const QUERIES = ['SelectStmt', 'UpdateStmt', 'DeleteStmt'];
/** A query of its own begins here. */
const isOwnLevel = (kind: string): boolean =>
  kind !== 'SelectStmt' && kind !== 'CommonTableExpr' && kind !== 'withClause';

/** The names by which a query calls company tables that it asks without naming the company. */
function* nameless(query: Node, expressions: ReadonlySet<string>): Generator<string> {
  const level = [
    ...nodesOf([query['fromClause'], query['usingClause'], { RangeVar: query['relation'] }], isOwnLevel),
  ];
  const conditions = [
    ...nodesOf([query['whereClause'], query['fromClause'], query['usingClause']], isOwnLevel),
  ];
  const named = new Set(
    conditions.flatMap(([kind, node]) => {
      if (kind !== 'A_Expr' || !textsOf(node['name']).includes('=')) return [];
      return [...nodesOf([node['lexpr'], node['rexpr']])].flatMap(([inner, column]) => {
        const path = inner === 'ColumnRef' ? textsOf(column['fields']) : [];
        return path.at(-1) === 'company_id' ? [path.at(-2) ?? ''] : [];
      });
    }),
  );
  for (const [kind, node] of level) {
    if (kind !== 'RangeVar') continue;
    const { relname, schemaname, alias } = node as {
      relname?: string;
      schemaname?: string;
      alias?: { aliasname: string };
    };
    if (relname === undefined || schemaname !== undefined) continue;
    if (expressions.has(relname) || !COMPANY_TABLES.includes(relname)) continue;
    if (!named.has(alias?.aliasname ?? relname) && !named.has('')) yield relname;
  }
}

function* breaches(tree: unknown, volatile: ReadonlySet<string>): Generator<Rule> {
  const all = [...nodesOf(tree)];
  const expressions = new Set(
    all.flatMap(([kind, node]) => (kind === 'CommonTableExpr' ? [String(node['ctename'])] : [])),
  );
  for (const [kind, node] of all) {
    if (QUERIES.includes(kind) && [...nameless(node, expressions)].length > 0) yield 'company';
    const changes =
      kind === 'UpdateStmt' ? node : kind === 'InsertStmt' ? node['onConflictClause'] : undefined;
    for (const [inner, call] of nodesOf(changes)) {
      if (inner === 'FuncCall' && volatile.has(textsOf(call['funcname']).at(-1) ?? '')) yield 'volatile';
    }
    if (kind === 'InsertStmt') {
      const returning = [...nodesOf(node['returningClause'])];
      if (returning.some(([inner]) => inner === 'SubLink')) yield 'returning';
    }
  }
}

interface Named {
  readonly name: string;
  readonly text: string;
}

function statementsOf(file: string): readonly Named[] {
  const calls = readFileSync(join(FOLDER, file), 'utf8')
    .split(/^---- /m)
    .slice(1);
  return calls.flatMap((call) => {
    const [title = '', ...rest] = call.split('\n');
    return rest
      .join('\n')
      .split(/;\n/)
      .map((part) => part.trim())
      .filter((part) => part !== '' && !/^(BEGIN|COMMIT|ROLLBACK|DECLARE|FETCH|CLOSE|MOVE)\b/.test(part))
      .map((part) => ({
        name: /^-- prepared once: (\S+)/.exec(part)?.[1] ?? `${file}: ${title}`,
        text: part.replace(/^--.*\n/gm, ''),
      }));
  });
}

it('statements can be sent to the node of their company, but for those that are listed', async () => {
  const database = await testDatabase();
  const client = new pg.Client(database.adminUrl);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "SELECT DISTINCT proname AS name FROM pg_proc WHERE provolatile = 'v'",
  );
  await client.end();
  await database.close();
  const volatile = new Set(rows.map(({ name }) => name));
  const found: Record<Rule, Set<string>> = { company: new Set(), volatile: new Set(), returning: new Set() };
  let parsed = 0;
  for (const file of readdirSync(FOLDER)) {
    for (const { name, text } of statementsOf(file)) {
      parsed += 1;
      for (const rule of breaches(await parse(text), volatile)) found[rule].add(name);
    }
  }
  expect(parsed).toBeGreaterThan(150);
  const broken = (Object.keys(RULES) as Rule[]).map((rule) => [RULES[rule], [...found[rule]].sort()]);
  const listed = (Object.keys(RULES) as Rule[]).map((rule) => [RULES[rule], Object.keys(STAY[rule]).sort()]);
  expect(Object.fromEntries(broken)).toEqual(Object.fromEntries(listed));
});

it.each([
  ['SELECT id FROM users u WHERE u.id = $1', 'company'],
  ['DELETE FROM memberships WHERE group_id = $1', 'company'],
  ['UPDATE groups g SET last_modified = clock_timestamp() WHERE g.company_id = $1', 'volatile'],
  ['INSERT INTO users AS u (id) VALUES ($1) RETURNING (SELECT m.id FROM scoped.users m)', 'returning'],
  ['SELECT id FROM users u WHERE u.company_id = $1', undefined],
  ['SELECT m.member_id FROM scoped.memberships m WHERE m.group_id = $1', undefined],
  ['WITH users AS (SELECT 1 AS id) SELECT id FROM users', undefined],
  [
    'SELECT u.id FROM users u JOIN groups g ON g.company_id = u.company_id WHERE u.company_id = $1',
    undefined,
  ],
])('%s', async (text, rule) => {
  expect([...breaches(await parse(text), new Set(['clock_timestamp']))]).toEqual(
    rule === undefined ? [] : [rule],
  );
});
