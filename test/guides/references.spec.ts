import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runCommand } from '../support/command-line.js';
import { codeBlocks, type Document, PROJECT, prose, readDocument, readDocuments } from './markdown.js';

const documents = readDocuments();
const guides = documents.filter(({ path }) => path.startsWith('docs/guides/'));
const settings = readSettingNames();

/** Names in capitals that documents have and that are no settings: of other programs, of tests and of examples. */
const OTHER_NAMES = new Set([
  // Ids in examples.
  'CREDENTIAL_ID',
  'DELIVERY_ID',
  'FEDERATION_ID',
  'ISSUER_ID',
  'LINK_ID',
  'PLATFORM_ID',
  'SECRET_ID',
  'SESSION_ID',
  'TOKEN_ID',
  'WEBHOOK_ID',
  // A slip of typing that a start tells of.
  'DATABSE_URL',
  'DELETE_REMOTE',
  'DIFFERENTIAL_FACTOR',
  'FOLDING_VERSION',
  'GUIDE_PICTURES',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'NO_COLOR',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'PATRONI_BIN',
  'RECORD_ANSWERS',
  'SCIM_CLI_HEADERS',
  'SCREENSHOTS',
]);

/** The settings of `.env.example`; of secrets also the forms that name a file. */
function readSettingNames(): ReadonlySet<string> {
  const text = readFileSync(join(PROJECT, '.env.example'), 'utf8');
  const names = [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
  return new Set(names.flatMap((name) => [name, `${name}_FILE`]));
}

/** The part of a link that GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (document: Document): readonly string[] =>
  [...prose(document).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Where the links of a document lead that lead nowhere. */
function brokenLinks(document: Document): readonly string[] {
  return [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      if (file === '') return !anchorsOf(document).includes(anchor ?? '');
      const path = relative(PROJECT, join(PROJECT, dirname(document.path), file));
      if (!existsSync(join(PROJECT, path))) return true;
      if (anchor === undefined) return false;
      return !statSync(join(PROJECT, path)).isFile() || !anchorsOf(readDocument(path)).includes(anchor);
    });
}

/** Words with underscores, all in capitals, that stand where code does. */
function namesInCapitals(document: Document): readonly string[] {
  const code = [...prose(document).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const blocks = codeBlocks(document).filter(({ language }) => ['sh', 'console'].includes(language));
  const text = [...code, ...blocks.map((block) => block.text)].join('\n');
  return [...new Set(text.match(/(?<![\w.])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? [])];
}

const unknownSettings = (document: Document): readonly string[] =>
  namesInCapitals(document).filter((name) => !settings.has(name) && !OTHER_NAMES.has(name));

/** The words behind `rollcall` in every command of the documents, up to a comment, a pipe or an ellipsis. */
function commands(document: Document): readonly string[] {
  const joined = document.text.replaceAll(/ *\\\n */g, ' ');
  const found = joined.matchAll(
    /(?:npm run (?:--silent )?rollcall -- |`rollcall |node dist\/cli\.js )([a-z][^`\n|#;]*)/g,
  );
  return [...new Set([...found].map(([, words = '']) => words.trim()))];
}

/** What a command's own help says against a use of it; undefined where it fits. */
async function misuse(command: string): Promise<string | undefined> {
  const words = command.split(/\s+/);
  const path: string[] = [];
  let help = await helpOf(path);
  for (const word of words) {
    if (!/^[a-z]+$/.test(word) || !new RegExp(`^  ${word}\\b`, 'm').test(help)) break;
    path.push(word);
    help = await helpOf(path);
  }
  if (path.length === 0) return `no command ${words[0]}`;
  if (/^Commands:/m.test(help) && words.length > path.length && /^[a-z]+$/.test(words[path.length]!)) {
    return `no command ${[...path, words[path.length]].join(' ')}`;
  }
  const options = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/[=.,…].*$/, ''));
  const unknown = options.filter((option) => !help.includes(`${option} `) && option !== '--help');
  return unknown.length === 0 ? undefined : `${path.join(' ')} has no ${unknown.join(', ')}`;
}

/** What is wrong with the commands of a document. */
async function misuses(document: Document): Promise<readonly string[]> {
  const faults = await Promise.all(commands(document).map(misuse));
  return faults.filter((fault) => fault !== undefined);
}

const helps = new Map<string, Promise<string>>();
function helpOf(path: readonly string[]): Promise<string> {
  const key = path.join(' ');
  const known = helps.get(key) ?? runCommand({}, ...path, '--help').then(({ out }) => out);
  helps.set(key, known);
  return known;
}

describe.each(documents.map((document) => [document.path, document] as const))('%s', (_, document) => {
  it('has links that lead somewhere', () => {
    expect(brokenLinks(document)).toEqual([]);
  });

  it('names settings that there are', () => {
    expect(unknownSettings(document)).toEqual([]);
  });

  it('names commands and options that there are', async () => {
    expect(await misuses(document)).toEqual([]);
  });

  it('names scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      scripts: object;
    };
    const named = [...document.text.matchAll(/npm run (?:--silent |-s )?([a-z][\w:]*)/g)].map(
      ([, name]) => name!,
    );
    const own = ['rebuild'];
    expect(named.filter((name) => !(name in scripts) && !own.includes(name))).toEqual([]);
  });
});

describe.each(guides.map((guide) => [guide.path, guide] as const))('%s', (path, guide) => {
  it('has one title, no HTML, and a line in the README', () => {
    expect(prose(guide).match(/^# /gm)).toHaveLength(1);
    expect(prose(guide).replaceAll(/`[^`\n]*`/g, '')).not.toMatch(/<\/?[a-z]/i);
    expect(readDocument('README.md').text).toContain(`(${path})`);
  });

  it('has JSON that can be read', () => {
    const blocks = codeBlocks(guide).filter(({ language }) => language === 'json');
    for (const { text } of blocks) expect(() => JSON.parse(text) as unknown).not.toThrow();
  });
});

it('has each decision once, in a part that the list at the top names', () => {
  const decisions = readDocument('docs/decisions.md');
  const headings = anchorsOf(decisions);
  expect(headings.filter((heading, index) => headings.indexOf(heading) !== index)).toEqual([]);
  const parts = [...decisions.text.matchAll(/^## (.+)$/gm)].map(([, part = '']) => part);
  const listed = [...decisions.text.matchAll(/^- \[(.+)\]\(#[^)]+\)$/gm)].map(([, part = '']) => part);
  expect(parts).toEqual(listed);
});

it('finds what leads nowhere', async () => {
  const text = [
    '# A guide',
    '[a](#a-guide) [b](#b) [c](missing.md) [d](running.md#with-yours) [e](running.md#without-yours)',
    'Set `POOL_SIZE`, `POOL_SISE` and `SECRET_KEY_FILE`.',
    '`rollcall token frobnicate acme`, `rollcall token list acme --jsn`, `rollcall frobnicate`, `rollcall token list acme`',
    '```console',
    '$ npm run rollcall -- company set acme --unknown-members ignore --colour',
    '```',
  ].join('\n');
  const document = { path: 'docs/guides/a-guide.md', text };
  expect(brokenLinks(document)).toEqual(['#b', 'missing.md', 'running.md#without-yours']);
  expect(unknownSettings(document)).toEqual(['POOL_SISE']);
  expect(await misuses(document)).toEqual([
    'no command token frobnicate',
    'token list has no --jsn',
    'no command frobnicate',
    'company set has no --colour',
  ]);
});
