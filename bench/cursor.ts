import { measurePair, type Pair, report } from './measure.js';
import { type BenchClient, withService } from './service.js';

/** Compares what the first and the last page of a walk by cursor cost, over HTTP on an embedded PostgreSQL. */
const USERS = Number(process.env['USERS'] ?? 100_000);
const PAGE = 100;
const LIMIT = 1.3;
const SERIES = 3;

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

await withService(async (service) => {
  const company = await service.company('bench');
  await service.fill(
    company,
    `INSERT INTO users (company_id, attributes, search, user_name_key, email_keys, display, display_key)
     SELECT ${company.id}, d, d, d->>'userName', d#>>'{emails,0,value}', d->>'userName', d->>'userName'
     FROM generate_series(1, ${USERS}) n CROSS JOIN LATERAL jsonb_build_object(
       'userName', md5(n::text) || '@example.com', 'title', 'title ' || n % 1000, 'active', n % 2 = 0,
       'emails', jsonb_build_array(jsonb_build_object('value', md5(n::text) || '@example.com', 'type', 'work'))) d`,
    `INSERT INTO resource_counts VALUES (${company.id}, 'User', 0, ${USERS})`,
  );
  for (const { name, query, rounds } of LISTS) await compare(company.client, name, query, rounds);
});

async function compare(client: BenchClient, name: string, query: string, rounds: number): Promise<void> {
  const last = await walkToLast(client, query);
  const read = async (cursor: string): Promise<number> =>
    (await client.send('GET', pageAt(query, cursor))).milliseconds;
  const series: Pair[] = [];
  for (let index = 0; index < SERIES; index += 1) {
    series.push(
      await measurePair(
        rounds,
        () => read(''),
        () => read(last),
      ),
    );
  }
  report(name, ['first page', 'last page'], series, LIMIT);
}

/** Goes through the whole list once and makes sure that it was whole. @returns The cursor of the last full page. */
async function walkToLast(client: BenchClient, query: string): Promise<string> {
  const seen = new Set<string>();
  let lastFull = '';
  let cursor: string | undefined = '';
  let total = 0;
  while (cursor !== undefined) {
    const page = JSON.parse((await client.send('GET', pageAt(query, cursor))).body) as Listing;
    for (const { id } of page.Resources) seen.add(id);
    total = page.totalResults;
    if (page.itemsPerPage === PAGE) lastFull = cursor;
    cursor = page.nextCursor;
  }
  if (seen.size !== total) throw new Error(`${seen.size} of ${total} users were on the pages`);
  return lastFull;
}

function pageAt(query: string, cursor: string): string {
  return `/Users?count=${PAGE}&attributes=userName${query}&cursor=${cursor}`;
}
