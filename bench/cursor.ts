import 'reflect-metadata';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { createApplication } from '../src/application.js';
import { readSettings } from '../src/config/read-settings.js';
import { createLogger } from '../src/logging/logger.js';
import { CompanyAdministration } from '../src/persistence/companies/company-administration.js';
import { openDatabase } from '../src/persistence/database/database.js';
import { migrate } from '../src/persistence/database/migrate.js';

/** Compares what the first and the last page of a walk by cursor cost, over HTTP on an embedded PostgreSQL. */
const USERS = Number(process.env['USERS'] ?? 100_000);
const PAGE = 100;
const LIMIT = 1.3;
/** On a busy machine one series may mislead; the middle one counts. */
const SERIES = 3;
const SLUG = 'bench';

const LISTS: readonly { readonly name: string; readonly query: string; readonly rounds: number }[] = [
  { name: 'unsorted', query: '', rounds: 300 },
  { name: 'sortBy=userName', query: '&sortBy=userName', rounds: 300 },
  { name: 'sortBy=userName, descending', query: '&sortBy=userName&sortOrder=descending', rounds: 300 },
  { name: 'sortBy=title, no index', query: '&sortBy=title', rounds: 15 },
  { name: 'filter that half of all fit', query: '&filter=active%20eq%20true', rounds: 15 },
];

interface Listing {
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly nextCursor?: string;
  readonly Resources: readonly { readonly id: string }[];
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const settings = readSettings({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  const database = await openDatabase(settings);
  try {
    await migrate(database.directUrl);
    const token = await fill(database.directUrl);
    const app = await createApplication(settings, database.url, createLogger('silent'));
    try {
      await app.listen(0, '127.0.0.1');
      const { port } = app.getHttpServer().address() as AddressInfo;
      const reader = new ListReader(`http://127.0.0.1:${port}/standard/scim/v2/Users`, token);
      for (const { name, query, rounds } of LISTS) await compare(reader, name, query, rounds);
      reader.close();
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns A token of the company that has all the users. */
async function fill(url: string): Promise<string> {
  const administration = await CompanyAdministration.open(url);
  await administration.createCompany(SLUG, SLUG);
  const issued = await administration.issueToken(SLUG, {
    name: SLUG,
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  await administration.close();
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [SLUG]);
  const company = rows[0]?.id;
  await client.query(
    `SELECT set_config('role', 'rollcall_service', false), set_config('rollcall.company_id', $1, false)`,
    [company],
  );
  await client.query(
    `INSERT INTO users (company_id, attributes, search, user_name_key, email_keys, display, display_key)
     SELECT $1, d, d, d->>'userName', d#>>'{emails,0,value}', d->>'userName', d->>'userName'
     FROM generate_series(1, $2::int) n CROSS JOIN LATERAL jsonb_build_object(
       'userName', md5(n::text) || '@example.com', 'title', 'title ' || n % 1000, 'active', n % 2 = 0,
       'emails', jsonb_build_array(jsonb_build_object('value', md5(n::text) || '@example.com', 'type', 'work'))) d`,
    [company, USERS],
  );
  await client.query(`INSERT INTO resource_counts VALUES ($1, 'User', 0, $2)`, [company, USERS]);
  await client.query('RESET ROLE');
  await client.query('VACUUM ANALYZE users');
  await client.end();
  return issued.secret;
}

/** Asks for pages one after the other on one connection. */
class ListReader {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async read(query: string): Promise<{ page: Listing; milliseconds: number }> {
    const begin = performance.now();
    const headers = { Authorization: `Bearer ${this.token}` };
    const outgoing = get(`${this.url}?${query}`, { agent: this.agent, headers });
    const [answer] = (await once(outgoing, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    const milliseconds = performance.now() - begin;
    const text = Buffer.concat(chunks).toString();
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
    return { page: JSON.parse(text) as Listing, milliseconds };
  }

  close(): void {
    this.agent.destroy();
  }
}

async function compare(reader: ListReader, name: string, query: string, rounds: number): Promise<void> {
  const lastCursor = await walkToLast(reader, query);
  const series: Series[] = [];
  for (let index = 0; index < SERIES; index += 1)
    series.push(await measure(reader, query, lastCursor, rounds));
  const { first, last, ratio } = [...series].sort((one, other) => one.ratio - other.ratio)[
    SERIES >> 1
  ] as Series;
  const medians = `first page p50 ${first.toFixed(2)} ms, last page p50 ${last.toFixed(2)} ms`;
  const ratios = series.map((each) => each.ratio.toFixed(2)).join(' ');
  const verdict = `ratio ${ratio.toFixed(2)} (of ${ratios})${ratio > LIMIT ? `, over ${LIMIT}` : ''}`;
  process.stdout.write(`${name.padEnd(28)} ${medians}, ${verdict}\n`);
  if (ratio > LIMIT) process.exitCode = 1;
}

interface Series {
  /** Medians, in milliseconds. */
  readonly first: number;
  readonly last: number;
  readonly ratio: number;
}

/** First and last page in turns, so that whatever else the machine does falls on both. */
async function measure(
  reader: ListReader,
  query: string,
  lastCursor: string,
  rounds: number,
): Promise<Series> {
  const times = { first: [] as number[], last: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['first', 'last'] as const) : (['last', 'first'] as const);
    for (const which of order) {
      const cursor = which === 'first' ? '' : lastCursor;
      times[which].push((await reader.read(pageQuery(query, cursor))).milliseconds);
    }
  }
  const [first, last] = [median(times.first), median(times.last)];
  return { first, last, ratio: last / first };
}

/** Goes through the whole list once and makes sure that it was whole. @returns The cursor of the last full page. */
async function walkToLast(reader: ListReader, query: string): Promise<string> {
  const seen = new Set<string>();
  let lastFull = '';
  let cursor: string | undefined = '';
  let total = 0;
  while (cursor !== undefined) {
    const { page }: { page: Listing } = await reader.read(pageQuery(query, cursor));
    for (const { id } of page.Resources) seen.add(id);
    total = page.totalResults;
    if (page.itemsPerPage === PAGE) lastFull = cursor;
    cursor = page.nextCursor;
  }
  if (seen.size !== total) throw new Error(`${seen.size} of ${total} users were on the pages`);
  return lastFull;
}

function pageQuery(query: string, cursor: string): string {
  return `count=${PAGE}&attributes=userName${query}&cursor=${cursor}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

await main();
