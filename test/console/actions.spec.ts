import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGES = join(import.meta.dirname, '..', '..', 'console', 'src', 'pages');
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** The calls in the source of a page that change something, and the commands that it shows, by their methods. */
function countedIn(source: string, method: string): { calls: number; commands: number } {
  const calls = source.match(new RegExp(`\\bapi\\s*\\.${method}\\(`, 'g')) ?? [];
  const commands = source.match(new RegExp(`\\bmethod: '${method}'`, 'g')) ?? [];
  return { calls: calls.length, commands: commands.length };
}

it('a page shows the curl command of each call by which it changes something', () => {
  const pages = readdirSync(PAGES).filter((name) => name.endsWith('.tsx'));
  const counted = pages.flatMap((page) => {
    const source = readFileSync(join(PAGES, page), 'utf8');
    return METHODS.map((method) => ({ page, method, ...countedIn(source, method) }));
  });
  expect(counted.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThan(12);
  expect(counted.filter(({ calls, commands }) => commands < calls)).toEqual([]);
});
