import fc from 'fast-check';
import { runs } from '../../../test/support/property-runs.js';
import { compareCodePoints } from './fold-case.js';
import { comparableDateTime } from './date-time.js';

describe('comparableDateTime', () => {
  it.each([
    ['2011-05-13T04:42:34Z', '2011-05-13T04:42:34'],
    ['2011-05-13T04:42:34.500Z', '2011-05-13T04:42:34.5'],
    ['2011-05-13T04:42:34.000Z', '2011-05-13T04:42:34'],
    ['2011-05-13T06:42:34+02:00', '2011-05-13T04:42:34'],
    ['2011-05-13T10:12:34+05:30', '2011-05-13T04:42:34'],
    ['2011-05-13T01:12:34-03:30', '2011-05-13T04:42:34'],
    ['2011-05-13T18:42:34+14:00', '2011-05-13T04:42:34'],
    ['2011-05-12T14:42:34-14:00', '2011-05-13T04:42:34'],
    ['2011-05-13T04:42:34.0500Z', '2011-05-13T04:42:34.05'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59'],
    ['2015-10-10T14:38:21.8617979-07:00', '2015-10-10T21:38:21.861797'],
    ['2011-05-13T04:42:34', '2011-05-13T04:42:34'],
    ['2011-05-13t04:42:34z', '2011-05-13T04:42:34'],
    ['2024-02-29T24:00:00Z', '2024-03-01T00:00:00'],
    ['2024-02-29T24:00:00.00Z', '2024-03-01T00:00:00'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00'],
  ])('FIL-06 reads %s', (text, form) => {
    expect(comparableDateTime(text)).toBe(form);
  });

  it.each([
    '2011-05-13',
    '2011-02-29T00:00:00Z',
    '2011-05-13T24:00:01Z',
    '2011-05-13T24:01:00Z',
    '2011-05-13T24:00:00.05Z',
    '2011-05-13T25:00:00Z',
    '2011-05-13T04:60:00Z',
    '2011-05-13T04:42:60Z',
    '2011-05-13T04:42:34+99:00',
    '2011-05-13T04:42:34+14:01',
    '2011-05-13T04:42:34x14:00',
    '2011-05-13T04:42:34+02:60',
    '2011-05-13T04:42Z',
    '2011-05-13 04:42:34Z',
    '-0044-03-15T12:00:00Z',
    '9999-12-31T23:00:00-02:00',
    '0001-01-01T00:00:00+01:00',
    ' 2011-05-13T04:42:34Z',
    'soon',
    '',
  ])('CHAR-09 refuses %j', (text) => {
    expect(comparableDateTime(text)).toBeUndefined();
  });

  it('orders as the instants do, whatever the offset', () => {
    const instant = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 0, 1) });
    const written = fc.tuple(instant, fc.integer({ min: -14 * 60, max: 14 * 60 })).map(([time, offset]) => {
      const local = new Date(time + offset * 60_000).toISOString().slice(0, -1);
      const pad = (part: number): string => String(part).padStart(2, '0');
      const size = Math.abs(offset);
      return {
        time,
        text: `${local}${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`,
      };
    });
    fc.assert(
      fc.property(written, written, (one, other) => {
        const order = compareCodePoints(
          comparableDateTime(one.text) ?? '',
          comparableDateTime(other.text) ?? '',
        );
        expect(Math.sign(order)).toBe(Math.sign(one.time - other.time));
      }),
      runs(100),
    );
  });
});
