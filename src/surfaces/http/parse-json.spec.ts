import { ScimError } from '../../protocol/error/scim-error.js';
import { WrittenNumber, type Json } from '../../protocol/json.js';
import { finish } from '../../protocol/work.js';
import { jsonLimits, parseJsonBody } from './parse-json.js';

const LIMITS = jsonLimits(16 * 1024 * 1024, 1024 * 1024, true);
const parse = (body: Buffer): Json => finish(parseJsonBody(body, LIMITS));

const refusal = (body: string | Buffer): ScimError => {
  try {
    parse(Buffer.from(body as string));
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('the body was accepted');
};

describe('parseJsonBody', () => {
  it('HTTP-09 reads UTF-8, with and without a byte order mark', () => {
    expect(parse(Buffer.from('{"a":"😀 é\u2028"}'))).toEqual({ a: '😀 é\u2028' });
    expect(parse(Buffer.from('\ufeff{"a":1}'))).toEqual({ a: 1 });
  });

  it.each(['', '   ', '{', '{"a":}', '{"a":1,}', "{'a':1}", '{"a":01}', '{"a":NaN}', '{"a":"\t"}'])(
    'HTTP-10 refuses %j as invalidSyntax',
    (body) => {
      expect(refusal(body)).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
    },
  );

  it('HTTP-10 refuses bytes that are no UTF-8', () => {
    expect(refusal(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])).detail).toContain('UTF-8');
  });

  it('HTTP-18 refuses a name that is given twice with two values', () => {
    expect(refusal('{"userName":"a","userName":"b"}').detail).toContain('Duplicate key');
  });

  it('SEC-12 refuses a body that is nested without end, without exhausting the stack', () => {
    expect(refusal('['.repeat(1_000_000)).scimType).toBe('invalidSyntax');
  });

  it.each(['123456789012345678901234567890', '9007199254740993', '1e400', '-1e400'])(
    'keeps the text of %s, which a double would change',
    (number) => {
      expect(parse(Buffer.from(`{"a":${number}}`))).toEqual({ a: new WrittenNumber(number) });
    },
  );

  it('keeps __proto__ as a name like any other', () => {
    const body = parse(Buffer.from('{"__proto__":{"polluted":true}}')) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['__proto__']);
    expect(body['polluted']).toBeUndefined();
  });

  it('reads characters that lie across the border of two pieces', () => {
    for (const offset of [0, 1, 2, 3]) {
      const text = `${'x'.repeat(offset)}${'😀'.repeat(70_000)}`;
      expect(parse(Buffer.from(JSON.stringify([text])))).toEqual([text]);
    }
    expect(refusal(Buffer.from(`["${'😀'.repeat(70_000)}"]`).subarray(0, 131_071)).detail).toContain('UTF-8');
  });

  it.each<[string, string, string]>([
    ['names and elements', `[${'0,'.repeat(LIMITS.values)}0]`, '1048576 names and array elements'],
    [
      'names in one object',
      `{${Array.from({ length: 10_001 }, (_, n) => `"${n}":0`).join(',')}}`,
      '10000 names',
    ],
    ['characters in one text', `["${'x'.repeat(LIMITS.text + 1)}"]`, '1048576 characters'],
    ['characters in one number', `[0.${'1'.repeat(LIMITS.text + 1)}]`, '1048576 characters'],
  ])('refuses a body with too many %s, and says how many it may have', (_what, body, words) => {
    expect(refusal(body)).toMatchObject({ status: 413, detail: expect.stringContaining(words) });
  });

  it('stops at the limit, whatever follows', () => {
    expect(refusal(`[${'0,'.repeat(LIMITS.values + 1)}}`).status).toBe(413);
  });

  it.each([`${' '.repeat(1_000_000)}{}`, `[${'0,'.repeat(100_000)}0]`, `[${'"",'.repeat(100_000)}""]`])(
    'yields while it reads',
    (body) => {
      let yields = 0;
      for (const work = parseJsonBody(Buffer.from(body), LIMITS); work.next().done !== true;) yields += 1;
      expect(yields).toBeGreaterThan(body.length / 100_000);
    },
  );
});
