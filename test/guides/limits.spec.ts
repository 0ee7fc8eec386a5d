import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../src/config/read-settings.js';
import { PROJECT, readDocument } from './markdown.js';

const MEBIBYTE = 1024 * 1024;

/** The rows of the table of all limits that have a setting: its name and the default that the guide gives. */
const rows = readDocument('docs/guides/limits.md')
  .text.split('\n')
  .flatMap((line) => {
    const [, , setting = '', value = ''] = line.split('|').map((cell) => cell.trim());
    const [, name] = /^`([A-Z_]+)`$/.exec(setting) ?? [];
    return name === undefined ? [] : [[name, value] as const];
  });

/** `BODY_LIMIT` as the settings call it. Those of times leave their unit out. */
const propertyOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/_ms$/, '')
    .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function shown(value: unknown): string {
  if (typeof value !== 'number') throw new Error('a limit is a number');
  if (value >= 1024 * MEBIBYTE) return `${value / 1024 / MEBIBYTE} GiB`;
  return value >= MEBIBYTE ? `${value / MEBIBYTE} MiB` : String(value);
}

it('gives the default of each limit as the settings have it', () => {
  const settings = readSettings({}) as unknown as Readonly<Record<string, unknown>>;
  expect(rows.map(([name, value]) => [name, value])).toEqual(
    rows.map(([name]) => [name, shown(settings[propertyOf(name)])]),
  );
});

it('has every limit that is a setting', () => {
  const example = readFileSync(join(PROJECT, '.env.example'), 'utf8');
  const limits = [...example.matchAll(/^#([A-Z_]+)=\d/gm)]
    .map(([, name = '']) => name)
    .filter(
      (name) => !['PORT', 'HOST', 'WORKERS', 'CELL', 'DRAIN_TIMEOUT_MS', 'WEBHOOK_RETRIES'].includes(name),
    );
  expect(rows.map(([name]) => name).sort()).toEqual(limits.sort());
});
