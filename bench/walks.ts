import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { basename, dirname, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withService } from './service.js';

/** Where the compiled sources are. */
const ROOT = new URL('../src/', import.meta.url);

/** From the project's folder. */
const PAGE = 'docs/walks.md';

/** How long what follows an answer may take: its log line, its place in the feed. */
const AFTERMATH_MS = 100;
const WARM_ROUNDS = 5;
const ROUNDS = 20;

/** A request to be walked through, and what makes it possible again. */
interface Exchange {
  readonly prepare?: () => Promise<unknown>;
  readonly send: () => Promise<unknown>;
}

/**
 * The files that run for a request each time: what is made once has been made before, and what timers do meanwhile is not
 * there each time.
 */
async function filesOf(session: Session, exchange: Exchange): Promise<string[]> {
  let files: readonly string[] | undefined;
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
    await exchange.prepare?.();
    await sleep(AFTERMATH_MS);
    const found = await coverageOf(session, exchange.send);
    if (round >= WARM_ROUNDS) files = files?.filter((file) => found.has(file)) ?? [...found];
  }
  return [...(files ?? [])].sort();
}

async function coverageOf(session: Session, send: () => Promise<unknown>): Promise<ReadonlySet<string>> {
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await send();
  await sleep(AFTERMATH_MS);
  const { result } = await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
  return new Set(
    result
      .filter(({ url }) => url.startsWith(ROOT.href))
      .filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
      .map(({ url }) => relative(fileURLToPath(ROOT), fileURLToPath(url)).replace(/\.js$/, '.ts')),
  );
}

/** One kind of request, and the source files that ran for it. */
interface Walk {
  readonly name: string;
  readonly files: readonly string[];
}

async function walksOf(requests: Readonly<Record<string, Exchange>>): Promise<Walk[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  const walks: Walk[] = [];
  for (const [name, exchange] of Object.entries(requests)) {
    walks.push({ name, files: await filesOf(session, exchange) });
  }
  session.disconnect();
  return walks;
}

/** The page: each walk with its count, and what it runs beyond the first, by room. */
function printWalks([first, ...others]: readonly Walk[]): string {
  const head = [
    '# Walks',
    '',
    'Which source files run for one request, counted by the coverage of the engine. Written by `npm run bench:walks`;',
    '[architecture.md](architecture.md) says what the files do, in the order in which a request meets them.',
    '',
  ];
  const known = new Set(first?.files);
  return [
    ...head,
    ...(first ? printWalk(first.name, first.files.length, first.files) : []),
    ...others.flatMap(({ name, files }) =>
      printWalk(
        name,
        files.length,
        files.filter((file) => !known.has(file)),
        'beyond the first',
      ),
    ),
  ].join('\n');
}

function printWalk(name: string, count: number, files: readonly string[], what = ''): string[] {
  const rooms = [...new Set(files.map(roomOf))];
  return [
    `## ${name}`,
    '',
    what === '' ? `${count} files.` : `${count} files, ${files.length} of them ${what}.`,
    '',
    ...rooms.map((room) => {
      const names = files
        .filter((file) => roomOf(file) === room)
        .map((file) => `\`${basename(file, '.ts')}\``);
      return `- **${room}**: ${names.join(', ')}`;
    }),
    '',
  ];
}

const roomOf = (file: string): string => (file.includes('/') ? dirname(file) : 'src');

await withService(async (service) => {
  const { client } = await service.company('walks');
  const user = JSON.parse(
    (
      await client.send('POST', '/Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'ada',
      })
    ).body,
  ) as { id: string };
  const group = JSON.parse(
    (
      await client.send('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 'Engineers',
      })
    ).body,
  ) as { id: string };
  const filter = encodeURIComponent('userName eq "ada"');
  const patch = (operation: object): Promise<unknown> =>
    client.send('PATCH', `/Groups/${group.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [operation],
    });
  const walks = await walksOf({
    'GET /Users/{id}': { send: () => client.send('GET', `/Users/${user.id}`) },
    'GET /Users?filter=userName eq "ada"': { send: () => client.send('GET', `/Users?filter=${filter}`) },
    'PATCH /Groups/{id}, one member added': {
      prepare: () => patch({ op: 'remove', path: `members[value eq "${user.id}"]` }),
      send: () => patch({ op: 'add', path: 'members', value: [{ value: user.id }] }),
    },
  });
  writeFileSync(PAGE, printWalks(walks));
  for (const { name, files } of walks) process.stdout.write(`${name}: ${files.length} files\n`);
});
