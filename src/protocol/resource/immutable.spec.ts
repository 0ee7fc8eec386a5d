import { type ScimError } from '../error/scim-error.js';
import { type Json, type JsonObject } from '../json.js';
import { attribute } from '../schema/define-attribute.js';
import { keepImmutable, keepImmutableParts, matches } from './immutable.js';

const code = attribute('code', 'Code.', { mutability: 'immutable' });
const room = attribute('room', 'Room.', { type: 'integer' });
const hire = attribute('hire', 'Hire.', {
  type: 'complex',
  mutability: 'immutable',
  subAttributes: [code, room],
});
const desk = attribute('desk', 'Desk.', { type: 'complex', subAttributes: [code, room] });
const keys = attribute('keys', 'Keys.', { type: 'complex', multiValued: true, subAttributes: [code, room] });
const URN = 'urn:example:a';

const refusal = (attempt: () => unknown): unknown => {
  try {
    return { accepted: attempt() };
  } catch (error) {
    return `${(error as ScimError).scimType} ${(error as ScimError).message}`;
  }
};

describe('keepImmutable', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['nothing', {}, { code: 'a' }],
    ['null values of other attributes', { other: 1 }, { other: 1, code: 'a' }],
  ])('CHAR-03 lets a first value stand after %s', (_what, before, after) => {
    expect(keepImmutable(before, after, { attribute: code })).toEqual(after);
  });

  it('PUT-08 keeps the value there where the other matches it', () => {
    expect(keepImmutable({ code: 'Ada' }, { code: 'ADA', x: 1 }, { attribute: code })).toEqual({
      code: 'Ada',
      x: 1,
    });
  });

  it.each<[string, JsonObject]>([
    ['another value', { code: 'b' }],
    ['none', {}],
  ])('PAT-38 refuses %s', (_what, after) => {
    expect(refusal(() => keepImmutable({ code: 'a' }, after, { attribute: code }))).toBe(
      'mutability code: is immutable and already has another value',
    );
  });

  it('names an attribute of an extension with its URN', () => {
    const target = { extension: URN, attribute: code };
    expect(refusal(() => keepImmutable({ [URN]: { code: 'a' } }, { [URN]: { code: 'b' } }, target))).toBe(
      `mutability ${URN}:code: is immutable and already has another value`,
    );
  });

  it('PAT-38 guards all of an immutable complex value, whichever part the target is', () => {
    const before = { hire: { code: 'a', room: 1 } };
    const after = { hire: { code: 'a', room: 2 } };
    expect(refusal(() => keepImmutable(before, after, { attribute: hire, subAttribute: room }))).toMatch(
      /^mutability hire: /,
    );
    expect(refusal(() => keepImmutable(before, after, { attribute: hire }))).toMatch(/^mutability hire: /);
  });

  it('PAT-38 guards the immutable parts of a complex value, and only those', () => {
    const before = { desk: { code: 'a', room: 1 } };
    expect(keepImmutable(before, { desk: { code: 'A', room: 2 } }, { attribute: desk })).toEqual({
      desk: { code: 'a', room: 2 },
    });
    expect(refusal(() => keepImmutable(before, { desk: { room: 1 } }, { attribute: desk }))).toMatch(
      /^mutability desk.code: /,
    );
    const moved = { desk: { code: 'b', room: 2 } };
    expect(keepImmutable(before, moved, { attribute: desk, subAttribute: room })).toBe(moved);
  });

  it('says nothing of the elements of a multi-valued attribute, which come and go', () => {
    const after = { keys: [{ code: 'b' }] };
    expect(keepImmutable({ keys: [{ code: 'a' }] }, after, { attribute: keys })).toBe(after);
  });
});

describe('keepImmutableParts', () => {
  it.each<[JsonObject, JsonObject, unknown]>([
    [{ room: 1 }, { code: 'a' }, { accepted: { code: 'a' } }],
    [{ code: 'a' }, { code: 'A', room: 1 }, { accepted: { code: 'a', room: 1 } }],
    [{ code: 'a' }, { code: 'b' }, 'mutability keys.code: is immutable and already has another value'],
    [{ code: 'a' }, {}, 'mutability keys.code: is immutable and already has another value'],
  ])('from %j to %j', (before, after, expected) => {
    expect(refusal(() => keepImmutableParts({ attribute: keys }, before, after))).toEqual(expected);
  });
});

describe('matches', () => {
  const moment = attribute('moment', 'Moment.', { type: 'dateTime' });
  const exact = attribute('exact', 'Exact.', { caseExact: true });
  const words = attribute('words', 'Words.', { multiValued: true });

  it.each<[string, Parameters<typeof matches>[0], Json, Json, boolean]>([
    ['case', code, 'a', 'A', true],
    ['case that counts', exact, 'a', 'A', false],
    ['one instant', moment, '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
    ['two instants', moment, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', false],
    ['order of values', words, ['a', 'b'], ['B', 'a'], true],
    ['number of values', words, ['a'], ['a', 'a'], false],
    ['order of parts', desk, { code: 'a', room: 1 }, { room: 1, code: 'A' }, true],
    ['other parts', desk, { code: 'a', room: 1 }, { code: 'a', room: 2 }, false],
    ['other values', words, ['a', 'b'], ['a', 'c'], false],
    ['order of parts in elements', keys, [{ code: 'a', room: 1 }], [{ room: 1, code: 'A' }], true],
    ['a part that no schema knows', desk, { code: 'a', gone: 'X' }, { code: 'A', gone: 'X' }, true],
    ['its case', desk, { code: 'a', gone: 'X' }, { code: 'a', gone: 'x' }, false],
    ['elements', keys, [{ code: 'a' }, { room: 1 }], [{ room: 1 }, { code: 'A' }], true],
  ])('%s', (_what, definition, left, right, expected) => {
    expect(matches(definition, left, right)).toBe(expected);
  });
});
