import fc from 'fast-check';
import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { compareCodePoints } from '../../protocol/text/fold-case.js';
import { AttributeForms } from '../indexed-forms/attribute-forms.js';
import { refuseBrokenConstraints } from './constraint-errors.js';
import { likePattern } from './like.js';
import { prefixEnd } from './prefix-range.js';
import { formatResourceId, idParameter, idsParameter, readResourceId } from './resource-id.js';
import { searchDocument } from './search-document.js';
import { join, parameter, sql, toStatement } from './sql-fragment.js';

const character = fc.oneof(
  fc.constantFrom('a', 'z', '\u{D7FF}', '\u{E000}', '\u{FFFF}', '\u{10000}', '\u{10FFFF}'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const text = fc.array(character, { maxLength: 4 }).map((characters) => characters.join(''));

it('numbers parameters across fragments, one fragment once, and keeps values out of the text', () => {
  const company = parameter(`1; DROP TABLE users`);
  const conditions = [sql`a = ${company}`, sql`b = ${parameter(null)}`, sql`c = ${company}`];
  expect(toStatement(sql`SELECT 1 WHERE ${join(conditions, sql` AND `)}`, 'named')).toEqual({
    text: 'SELECT 1 WHERE a = $1 AND b = $2 AND c = $1',
    values: [`1; DROP TABLE users`, null],
    name: 'named',
  });
});

it('FIL-25: a LIKE pattern has no wildcard but its own', () => {
  expect(likePattern('50%_\\', 'anywhere')).toBe('%50\\%\\_\\\\%');
  expect(likePattern('a', 'end')).toBe('%a');
});

it('a range from a prefix to its end holds what begins with it and nothing else', () => {
  fc.assert(
    fc.property(text, text, fc.boolean(), (prefix, other, continued) => {
      const candidate = continued ? prefix + other : other;
      const end = prefixEnd(prefix);
      const below = end === undefined || compareCodePoints(candidate, end) < 0;
      expect(compareCodePoints(candidate, prefix) >= 0 && below).toBe(candidate.startsWith(prefix));
    }),
    { numRuns: 2_000 },
  );
  expect(prefixEnd('')).toBeUndefined();
  expect(prefixEnd('a\u{10FFFF}')).toBe('b');
});

it('reads ids of 16 lower-case hex digits of a positive 64-bit integer, and no other', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (id) => {
      expect(readResourceId(formatResourceId(id.toString()))).toBe(id.toString());
    }),
  );
  for (const id of [
    '8000000000000000',
    '7FFFFFFFFFFFFFFF',
    '1',
    '',
    ' 000000000000001',
    '0x00000000000001',
  ]) {
    expect(readResourceId(id)).toBeUndefined();
  }
});

it('gives ids to a statement as the numbers that they are', () => {
  const statement = toStatement(
    sql`${idParameter('0000000000000010')}, ${idsParameter(['7fffffffffffffff'])}`,
  );
  const array = '0000000100000000000000140000000100000001' + '00000008' + '7fffffffffffffff';
  expect(statement).toEqual({ text: '$1::bigint, $2::bigint[]', values: ['16', Buffer.from(array, 'hex')] });
  for (const id of ['', '7', '7ffffffffffffffg', 'é'.repeat(16)])
    expect(() => idsParameter([id])).toThrow(TypeError);
});

it('folds what is compared without case, keeps what is exact, and makes no prototype', () => {
  const attributes = JSON.parse(
    `{"userName": "ÄB", "externalId": "Ext", "active": true, "emails": [{"value": "A@X", "primary": true}],
      "profileUrl": "https://X", "name": {"givenName": "ΣΑΣ"}, "unknown": "As Is", "__proto__": {"a": "B"},
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "ID"}}}`,
  );
  const types = BUILT_IN_RESOURCE_TYPES;
  const search = searchDocument(AttributeForms.of(types), types.user, attributes);
  expect(search).toMatchObject({
    userName: 'äb',
    externalId: 'Ext',
    active: true,
    emails: [{ value: 'a@x', primary: true }],
    profileUrl: 'https://X',
    name: { givenName: 'σασ' },
    unknown: 'As Is',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: 'id' } },
  });
  expect(Object.getPrototypeOf(search)).toBe(Object.prototype);
});

describe('a broken constraint', () => {
  const broken = (constraint: string): Error => Object.assign(new Error('broken'), { constraint });

  it('of a name is a refusal, and an unknown one stays what it was', async () => {
    const refused = refuseBrokenConstraints(() => Promise.reject(broken('users_user_name_unique')));
    await expect(refused).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
    const unknown = broken('toString');
    await expect(refuseBrokenConstraints(() => Promise.reject(unknown))).rejects.toBe(unknown);
  });

  it('of a new id is tried again, and never a conflict', async () => {
    let tries = 0;
    const write = (): Promise<string> =>
      ++tries < 3 ? Promise.reject(broken('users_pkey')) : Promise.resolve('done');
    expect(await refuseBrokenConstraints(write)).toBe('done');
    const always = broken('groups_pkey');
    await expect(refuseBrokenConstraints(() => Promise.reject(always))).rejects.toBe(always);
  });
});
