import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Articles } from './articles.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'articles-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

it('groups guides by whom they are for, in the order of titles or of use', () => {
  write('docs/guides/zeta.md', '<!-- # Not this -->\n# Alpha `IdP` \n\n# Not this either\n');
  write('docs/guides/alpha.md', '# Zeta\n');
  write('docs/guides/connecting.md', '# Whatever it is\n');
  write('docs/guides/tls.md', '# A proxy\n');
  write('docs/guides/running.md', '# Running\n');
  write('docs/guides/extensions.md', 'No heading\n');
  write('.env.example', 'PORT=3000\n');
  const groups = new Articles(root).groups('/docs/guides');
  expect(groups.map(({ title, articles }) => [title, articles.map((article) => article.title)])).toEqual([
    ['Identity providers', ['Whatever it is', 'Alpha IdP', 'Zeta']],
    ['Operating', ['Running', 'Settings', 'A proxy']],
    ['Developers', ['/docs/guides/extensions']],
  ]);
});

it('groups the guides of the project as its README does', () => {
  const project = fileURLToPath(new URL('../..', import.meta.url));
  const readme = readFileSync(join(project, 'README.md'), 'utf8');
  const row = readme.split('\n').find((line) => line.endsWith('| setting up an identity provider |'));
  const providers = [...(row ?? '').matchAll(/\(docs\/guides\/([a-z-]+)\.md\)/g)].map(([, name]) => name);
  const [first] = new Articles(project).groups('/docs/guides');
  const shown = (first?.articles ?? []).map(({ path }) => path.slice('/docs/guides/'.length));
  expect(first?.title).toBe('Identity providers');
  expect(shown.sort()).toEqual(providers.sort());
});

it('knows where files of the project are served', () => {
  write('docs/guides/tls.md', '# TLS\n');
  write('docs/guides/images/tls.png', '');
  write('docs/surfaces/standard.md', '# SCIM\n');
  write('.env.example', '');
  const articles = new Articles(root);
  const address = (path: string): string | undefined => articles.addressOf(path);
  expect(address('/docs/guides/tls.md')).toBe('/docs/guides/tls');
  expect(address('/docs/surfaces/standard.md')).toBe('/docs/surfaces/standard');
  expect(address('/.env.example')).toBe('/docs/guides/settings');
  expect(address('/docs/guides/images/tls.png')).toBe('/docs/guides/images/tls.png');
  expect(address('/openapi/standard.yaml')).toBe('/openapi/standard.json');
  expect(address('/docs/guides/images/other.png')).toBeUndefined();
  expect(address('/docs/decisions.md')).toBeUndefined();
});

it('is empty in a deployment without the folder', () => {
  const articles = new Articles(root);
  expect(articles.groups('/docs/guides')).toEqual([]);
  expect(articles.folder('/docs/surfaces').articles.size).toBe(0);
});
