import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../guides/markdown.js';

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

it('the page Connect has steps for each provider of which the guide says so', () => {
  const [introduction = ''] = read('docs/guides/connecting.md').split('\n![');
  const named = [...introduction.matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(9);
  const guides = [...read('console/src/pages/providers.ts').matchAll(/^ {2}guide: '(.*)',$/gm)];
  expect(guides.map(([, name]) => name)).toEqual(expect.arrayContaining(named));
});
