import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, promisify } from 'node:util';
import { runCommand } from '../support/command-line.js';
import { runFolder } from '../support/run-folder.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimClient } from '../support/scim-client.js';
import { type CodeBlock, codeBlocks, readDocument } from './markdown.js';

/** The ids of the examples, and what a service made in their place. */
const EXAMPLES = {
  ada: '0558a20c59000001',
  grace: '0558a20c85c00002',
  engineering: '0558a20ca1800003',
  operators: '0558a20cccc00004',
  everybody: '0558a250cf800005',
} as const;

type World = Readonly<Record<keyof typeof EXAMPLES, string>>;

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let service: TestApplication;

beforeAll(async () => {
  service = await startTestApplication();
});
afterAll(() => service.close());

/** Users and groups as Entra ID makes them: groups without members, then a PATCH with them. */
async function makeWorld(client: ScimClient): Promise<World> {
  const create = async (path: string, body: object): Promise<string> => {
    const { status, body: created } = await client.post(path, body);
    expect(status).toBe(201);
    return (created as { id: string }).id;
  };
  const user = (name: string): Promise<string> =>
    create('/Users', {
      schemas: [USER],
      userName: `${name}@example.com`,
      externalId: `e-${name}`,
      displayName: name,
      active: true,
      emails: [{ type: 'work', value: `${name}@example.com`, primary: true }],
    });
  const group = (displayName: string, externalId: string, members?: readonly object[]): Promise<string> =>
    create('/Groups', { schemas: [GROUP], displayName, externalId, members });
  const add = async (id: string, ...members: readonly string[]): Promise<void> => {
    const value = members.map((member) => ({ value: member }));
    const operations = [{ op: 'Add', path: 'members', value }];
    const { status } = await client.patch(`/Groups/${id}`, { schemas: [PATCH], Operations: operations });
    expect(status).toBe(204);
  };
  const ada = await user('ada');
  const grace = await user('grace');
  const engineering = await group('Engineering', 'g-engineering');
  const operators = await group('Operators', 'g-operators');
  const everybody = await group('Everybody', 'g-everybody', [{ value: engineering }]);
  await add(engineering, ada, grace);
  await add(operators, ada);
  return { ada, grace, engineering, operators, everybody };
}

/** Requests of a document that are followed by their answers. */
function answeredRequests(path: string): readonly (readonly [string, CodeBlock])[] {
  const blocks = codeBlocks(readDocument(path));
  return blocks.flatMap((block, index) => {
    const answer = blocks[index + 1];
    const isRequest = block.language === 'sh' && block.text.startsWith('curl ');
    const hasAnswer = answer !== undefined && ['json', 'ndjson', 'http'].includes(answer.language);
    return isRequest && hasAnswer ? [[block.text, answer] as const] : [];
  });
}

/** Pieces of TypeScript of a document, each with what it prints, where that is shown. */
function pieces(path: string): readonly (readonly [string, CodeBlock | undefined])[] {
  const blocks = codeBlocks(readDocument(path));
  return blocks.flatMap((block, index) => {
    const printed = blocks[index + 1];
    const isShown = printed !== undefined && ['json', 'text'].includes(printed.language);
    return block.language === 'ts' ? [[block.text, isShown ? printed : undefined] as const] : [];
  });
}

/** Puts the ids and the origin of the examples in the place of those of this service. */
function asExample(text: string, world: World): string {
  let example = text.replaceAll(service.origin, 'https://scim.example.com');
  for (const [name, id] of Object.entries(EXAMPLES)) {
    example = example.replaceAll(world[name as keyof World], id);
  }
  return example
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"2026-11-29T09:30:00.000Z"')
    .replaceAll(/"chg_[\w-]+"/g, '"chg_q1mW5mYQb0k2m0Vt8nJ6Xw"')
    .replaceAll(/("txn": ?)"[\da-f-]{36}"/g, '$1"0d9f0a5c-9b6e-4a2b-8b39-0c4b7f1f8c55"')
    .replaceAll(/("(?:next|position)": ?)"[\w-]+"/g, '$1"kE8…"')
    .replaceAll(/("company": ?\{ ?"id": ?)"[\da-f]{16}"/g, '$1"0000000000000001"')
    .replaceAll(/("credential": ?)"test"/g, '$1"Entra ID"');
}

/** Puts the ids of this service in the place of those of the examples. */
function withIds(script: string, world: World): string {
  let text = script;
  for (const [name, id] of Object.entries(EXAMPLES)) text = text.replaceAll(id, world[name as keyof World]);
  return text;
}

/** Runs pieces of TypeScript as one module, and gives what each of them prints. */
async function runPieces(
  scripts: readonly string[],
  world: World,
  token: string,
): Promise<readonly string[]> {
  const module = join(mkdtempSync(join(runFolder(), 'guide-')), 'guide.ts');
  writeFileSync(module, withIds(scripts.join('\nconsole.log("\\0");\n'), world));
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(format(...values));
  });
  vi.stubEnv('ROLLCALL', service.origin);
  vi.stubEnv('TOKEN', token);
  vi.stubEnv('WEBHOOK_SECRET', `whsec_${Buffer.alloc(32).toString('base64')}`);
  try {
    await import(module);
  } finally {
    log.mockRestore();
    vi.unstubAllEnvs();
  }
  return asExample(printed.join('\n'), world)
    .split('\0')
    .map((text) => text.trim());
}

/** Runs a request as a shell does, and gives what it prints. */
async function run(script: string, world: World, token: string, company = ''): Promise<string> {
  const text = withIds(script, world);
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', text], {
    env: {
      PATH: process.env.PATH,
      ROLLCALL: service.origin,
      BASE: service.base,
      HOST: service.origin,
      COMPANY: company,
      TOKEN: token,
    },
    timeout: 20_000,
  });
  expect(stderr).toBe('');
  return asExample(stdout, world);
}

/** Lines in one order, where theirs means nothing. */
const linesOf = (text: string): readonly string[] => text.trim().split('\n').sort();

/** The status line and headers that the document shows, and the body if it shows one. */
function expectHttp(answer: string, documented: string): void {
  const [head = '', body = ''] = documented.split('\n\n');
  const [answeredHead = '', answeredBody = ''] = answer.split('\r\n\r\n');
  for (const line of head.split('\n')) expect(answeredHead.split('\r\n')).toContain(line);
  if (body === '') expect(answeredBody).toBe('');
  else expect(JSON.parse(answeredBody)).toEqual(JSON.parse(body));
}

describe.each(['read-memberships', 'membership-checks', 'connecting', 'entra-id', 'okta', 'troubleshooting'])(
  'guide %s',
  (guide) => {
    const requests = answeredRequests(`docs/guides/${guide}.md`);

    it('has answers to its requests, and the service gives them', async () => {
      expect(requests).not.toHaveLength(0);
      const company = await service.company(guide === 'read-memberships' ? 'acme' : undefined);
      const world = await makeWorld(await company.client());
      const token = await company.token('lenient', ['scim:read']);
      for (const [request, { language, text }] of requests) {
        const answer = await run(request, world, token, company.slug);
        if (language === 'http') expectHttp(answer, text);
        else if (language === 'ndjson') expect(linesOf(answer)).toEqual(linesOf(text));
        else expect(JSON.parse(answer)).toEqual(JSON.parse(text));
      }
      const code = pieces(`docs/guides/${guide}.md`);
      const scripts = code.map(([script]) => script);
      const printed = scripts.length === 0 ? [] : await runPieces(scripts, world, token);
      for (const [index, [, shown]] of code.entries()) {
        if (shown !== undefined) expect(JSON.stringify(printed[index])).toBe(JSON.stringify(shown.text));
      }
    });
  },
);

it.each(['entra-id', 'okta'])('guide %s shows a new company as the program does', async (guide) => {
  const slug = `shown-${guide}`;
  const { out } = await runCommand(
    { DATABASE_URL: service.database.url },
    ...['company', 'create', slug, '--name', 'Acme Corporation'],
  );
  const rows = (text: string): string[] =>
    text
      .split('\n')
      .map((line) =>
        line
          .replaceAll(/ +/g, ' ')
          .replace(/20\d\d-\S+Z/, 'TIME')
          .replace(`│ ${slug} │`, '│ acme │'),
      )
      .filter((line) => line.startsWith('│'));
  const shown = readDocument(`docs/guides/${guide}.md`).text.match(/│ Slug [^└]+/)?.[0] ?? '';
  expect(rows(shown)).toEqual(rows(out));
});
