import { vi } from 'vitest';
import fc from 'fast-check';
import { ScimError } from '../../protocol/error/scim-error.js';
import { SecretKey } from '../secret-key.js';
import { CURSOR_TIMEOUT, type CursorContent, CursorSeal } from './cursor-seal.js';

const SECRET = 'a secret of thirty-two characters';
const LIST = '["1","/Users","lenient",null,null,null]';

const seal = new CursorSeal(new SecretKey(SECRET));

const contents: fc.Arbitrary<CursorContent> = fc.record({
  position: fc.record({
    id: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map((id) => id.toString(16).padStart(16, '0')),
    key: fc.option(fc.string({ unit: 'grapheme', maxLength: 500 })),
  }),
  backward: fc.boolean(),
  count: fc.integer({ min: 1, max: 1000 }),
});

const refusalOf = (open: () => unknown): string | undefined => {
  try {
    open();
    return undefined;
  } catch (error) {
    return error instanceof ScimError ? `${error.status} ${error.scimType} ${error.detail}` : String(error);
  }
};

afterEach(() => vi.restoreAllMocks());

describe('CursorSeal', () => {
  it('CUR-04 gives back what it was given, out of unreserved characters alone', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const cursor = seal.seal(content, LIST);
        expect(cursor).toMatch(/^[A-Za-z0-9._~-]+$/);
        expect(seal.open(cursor, LIST)).toEqual(content);
      }),
    );
  });

  it('tells an empty key from none', () => {
    for (const key of ['', null]) {
      const content = { position: { id: '0000000000000001', key }, backward: false, count: 1 };
      expect(seal.open(seal.seal(content, LIST), LIST)).toEqual(content);
    }
  });

  it('CUR-21 shows nothing of what it holds', () => {
    const content = {
      position: { id: '0123456789abcdef', key: 'ada@example.com' },
      backward: false,
      count: 7,
    };
    const bytes = Buffer.from(seal.seal(content, LIST), 'base64url').toString('latin1');
    expect(bytes).not.toContain('ada@');
    expect(Buffer.from(bytes, 'latin1').toString('hex')).not.toContain('0123456789abcdef');
  });

  it('takes another nonce for each cursor, so that equal contents look different', () => {
    const content = { position: { id: '0123456789abcdef', key: 'ada' }, backward: false, count: 7 };
    const cursors = Array.from({ length: 100 }, () => seal.seal(content, LIST));
    expect(new Set(cursors.map((cursor) => cursor.slice(0, 16))).size).toBe(100);
    expect(new Set(cursors.map((cursor) => cursor.slice(-8))).size).toBe(100);
  });

  it('CUR-09 CUR-22 has one answer for every cursor that is not of this list', () => {
    const content = { position: { id: '0123456789abcdef', key: 'ada' }, backward: false, count: 7 };
    const cursor = seal.seal(content, LIST);
    const other = new CursorSeal(new SecretKey(`${SECRET}!`)).seal(content, LIST);
    const refusals = [
      refusalOf(() => seal.open(cursor, LIST.replace('1', '2'))),
      refusalOf(() => seal.open(other, LIST)),
      ...[
        'x',
        'A'.repeat(200),
        `${cursor}=`,
        ` ${cursor}`,
        `${cursor}A`,
        cursor.slice(0, -1),
        'é',
        '%00',
      ].map((text) => refusalOf(() => seal.open(text, LIST))),
    ];
    expect(new Set(refusals).size).toBe(1);
    expect(refusals[0]).toMatch(/^400 invalidCursor cursor: /);
  });

  it('CUR-09 refuses a cursor with any one character changed', () => {
    const cursor = seal.seal(
      { position: { id: '0123456789abcdef', key: 'ada' }, backward: true, count: 7 },
      LIST,
    );
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const [index, own] of [...cursor].entries()) {
      for (const letter of alphabet) {
        if (letter === own) continue;
        const changed = cursor.slice(0, index) + letter + cursor.slice(index + 1);
        expect(refusalOf(() => seal.open(changed, LIST))).toMatch(/^400 invalidCursor/);
      }
    }
  });

  it('CUR-10 a cursor expires, and a foreign one is foreign even then', () => {
    const cursor = seal.seal(
      { position: { id: '0123456789abcdef', key: null }, backward: false, count: 7 },
      LIST,
    );
    const made = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(made + (CURSOR_TIMEOUT - 1) * 1000);
    expect(refusalOf(() => seal.open(cursor, LIST))).toBeUndefined();
    clock.mockReturnValue(made + (CURSOR_TIMEOUT + 2) * 1000);
    expect(refusalOf(() => seal.open(cursor, LIST))).toMatch(/^400 expiredCursor cursor: /);
    expect(refusalOf(() => seal.open(cursor, '[]'))).toMatch(/^400 invalidCursor/);
  });
});
