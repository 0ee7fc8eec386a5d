import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { basename, dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withService } from './service.js';

/** Where the compiled sources are. */
const ROOT = new URL('../src/', import.meta.url);

/** From the project's folder. */
const PAGE = 'docs/walks.md';

/** What runs in the rooms of the request's way, once everything that is made once has been made. */
async function filesOf(session: Session, exchange: () => Promise<unknown>): Promise<string[]> {
  for (let warm = 0; warm < 5; warm += 1) await exchange();
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await exchange();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
  return result
    .filter(({ url }) => url.startsWith(ROOT.href))
    .filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
    .map(({ url }) => relative(fileURLToPath(ROOT), fileURLToPath(url)).replace(/\.js$/, '.ts'))
    .sort();
}

/** One kind of request, and the source files that ran for it. */
interface Walk {
  readonly name: string;
  readonly files: readonly string[];
}

async function walksOf(requests: Readonly<Record<string, () => Promise<unknown>>>): Promise<Walk[]> {
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
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'add', path: 'members', value: [{ value: user.id }] }],
  };
  const walks = await walksOf({
    'GET /Users/{id}': () => client.send('GET', `/Users/${user.id}`),
    'GET /Users?filter=userName eq "ada"': () => client.send('GET', `/Users?filter=${filter}`),
    'PATCH /Groups/{id}, one member added': () => client.send('PATCH', `/Groups/${group.id}`, patch),
  });
  writeFileSync(PAGE, printWalks(walks));
  for (const { name, files } of walks) process.stdout.write(`${name}: ${files.length} files\n`);
});
