import { parseMoment } from './moment.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');

it.each([
  ['2026-01-31T08:00Z', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31T08:00:05.25+02:00', '2026-01-31T06:00:05.250Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['30m', '2026-03-01T11:30:00.000Z'],
  ['12h', '2026-03-01T00:00:00.000Z'],
  ['7d', '2026-02-22T12:00:00.000Z'],
])('reads %s', (text, moment) => {
  expect(parseMoment(text, NOW).toISOString()).toBe(moment);
});

it.each([
  '',
  'yesterday',
  '2026-02-30',
  '2026-02-30T00:00Z',
  '2026-01-31T08:00',
  '31.01.2026',
  '7w',
  '-7d',
  '1e9',
])('refuses "%s"', (text) => {
  expect(() => parseMoment(text, NOW)).toThrow(/^expected a time such as/);
});
