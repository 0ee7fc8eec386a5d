import { isDeepStrictEqual as equals } from 'node:util';
import fc from 'fast-check';
import { parse } from 'lossless-json';
import { piecesOf } from '../../../test/support/pieces.js';
import { runs } from '../../../test/support/property-runs.js';
import { finish } from '../../protocol/work.js';
import { parseJson } from './json-parser.js';

const LIMITS = { values: 10_000, names: 10_000, text: 10_000, depth: 1000 };

function readNumber(source: string): number {
  if (source.length > 12) throw new SyntaxError(`the number ${source} is out of range`);
  return Number(source);
}

const attempt = (read: () => unknown): { value: unknown } | { refusal: string } => {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof SyntaxError) return { refusal: error.message };
    throw error;
  }
};

/** Few names, so that some stand twice in an object. */
const name = fc.constantFrom('a', 'b', '', '__proto__', 'constructor', '1', 'ä"\\');
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('null', 'true', 'false', '0', '-0', '1.5', '-1e3', '12E+2', '1234567890123'),
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => JSON.stringify(text)),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
    fc
      .array(fc.tuple(name, tie('json')), { maxLength: 4 })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)} :${value}`).join(',')} }`),
  ),
}));

/** Texts of JSON in which something was cut out and something else put in. */
const broken = fc
  .tuple(
    json,
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.oneof(
      fc.constantFrom(
        '',
        '"',
        '\\',
        '\\u12',
        '\\x',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '-',
        '01',
        '1.',
        '1e',
        'nul',
        '\n',
      ),
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
  )
  .map(([text, at, length, inserted]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + inserted + text.slice(start + length);
  });

describe('parseJson', () => {
  it('gives the value or the refusal that lossless-json gives', () => {
    fc.assert(
      fc.property(fc.oneof(json, broken), (text) => {
        const expected = attempt(() => parse(text, undefined, { parseNumber: readNumber }));
        const actual = attempt(() => finish(parseJson(text, LIMITS, readNumber)));
        const isDuplicate = 'refusal' in actual && actual.refusal.startsWith('Duplicate key');
        // For lossless-json, `[]` and `{}` are one value that stands twice.
        if (isDuplicate && !equals(actual, expected)) expect(text).toMatch(/\[\s*\]|\{\s*\}/);
        else expect(actual).toEqual(expected);
      }),
      runs(3000),
    );
  });

  it.each([
    ['letters', 'x'],
    ['escapes', '\\u00e4'],
  ])('goes in pieces through one long string of %s', (_, unit) => {
    const text = `"${unit.repeat(1_000_000 / unit.length)}"`;
    const work = parseJson(text, { ...LIMITS, text: text.length }, readNumber);
    expect(piecesOf(work)).toBeGreaterThan(50);
  });

  it('tells names apart that begin alike or end in an escape', () => {
    const text = String.raw`[{"a":1,"ab":2},{"a":1,"abc":3},{"a":1,"ab\"":4},{"a":1,"a\u0062":5},{"a":1,"ab":6}]`;
    expect(finish(parseJson(text, LIMITS, readNumber))).toEqual(JSON.parse(text));
  });

  it('refuses a name with an array and an object, even where both are empty', () => {
    expect(() => finish(parseJson('{"a":[],"a":{}}', LIMITS, readNumber))).toThrow("Duplicate key 'a'");
  });
});
