import { ScimError } from '../../protocol/error/scim-error.js';
import { parseJsonBody } from './parse-json.js';

const refusal = (body: string | Buffer): ScimError => {
  try {
    parseJsonBody(Buffer.from(body as string));
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('the body was accepted');
};

describe('parseJsonBody', () => {
  it('HTTP-09 reads UTF-8, with and without a byte order mark', () => {
    expect(parseJsonBody(Buffer.from('{"a":"😀 é\u2028"}'))).toEqual({ a: '😀 é\u2028' });
    expect(parseJsonBody(Buffer.from('\ufeff{"a":1}'))).toEqual({ a: 1 });
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
    'refuses %s, which a double would change',
    (number) => {
      expect(refusal(`{"a":${number}}`).detail).toContain('out of range');
    },
  );

  it('keeps __proto__ as a name like any other', () => {
    const body = parseJsonBody(Buffer.from('{"__proto__":{"polluted":true}}')) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['__proto__']);
    expect(body['polluted']).toBeUndefined();
  });
});
