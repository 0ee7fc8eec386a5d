import { type ScimError } from '../error/scim-error.js';
import { type JsonObject } from '../json.js';
import { attribute } from '../schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ResourceType } from '../schema/schema.js';
import { requireComplete } from './required-attributes.js';

const URN = 'urn:example:contract';
const floor = attribute('floor', 'Floor.', { type: 'integer', required: true });
const note = attribute('note', 'Note.');
const schema = {
  id: URN,
  name: 'Contract',
  description: 'Contract',
  attributes: [
    attribute('number', 'Number.', { required: true }),
    note,
    attribute('seat', 'Seat.', { type: 'complex', subAttributes: [floor, note] }),
    attribute('seats', 'Seats.', { type: 'complex', multiValued: true, subAttributes: [floor, note] }),
  ],
};
const typeWith = (required: boolean): ResourceType => ({
  ...BUILT_IN_RESOURCE_TYPES.user,
  schemaExtensions: [{ schema, required }],
});

function refusal(before: JsonObject, after: JsonObject, required = false): string {
  try {
    requireComplete(before, after, typeWith(required));
    return 'accepted';
  } catch (error) {
    return `${(error as ScimError).scimType} ${(error as ScimError).message}`;
  }
}

const contract = (value: JsonObject): JsonObject => ({ [URN]: value });

describe('requireComplete', () => {
  it.each<[string, JsonObject, JsonObject, string]>([
    ['nothing of it', {}, { title: 'x' }, 'accepted'],
    ['all that it requires', {}, contract({ number: '1' }), 'accepted'],
    ['not all', {}, contract({ note: 'x' }), `invalidValue ${URN}:number: is required`],
    [
      'no longer all',
      contract({ number: '1', note: 'x' }),
      contract({ note: 'x' }),
      `invalidValue ${URN}:number: is required`,
    ],
    ['not all, as before', contract({ note: 'x' }), { ...contract({ note: 'x' }), title: 'x' }, 'accepted'],
    ['no longer anything of it', contract({ number: '1' }), {}, 'accepted'],
  ])('an extension: %s', (_what, before, after, expected) => {
    expect(refusal(before, after)).toBe(expected);
  });

  it('DISC-17 PAT-25 a required extension stays, and is not asked of what never had it', () => {
    expect(refusal(contract({ number: '1' }), {}, true)).toBe(
      `mutability ${URN}: is required and cannot be removed`,
    );
    expect(refusal({}, { title: 'x' }, true)).toBe('accepted');
    expect(refusal(contract({ number: '1' }), contract({ number: '2' }), true)).toBe('accepted');
  });

  it('CRE-08 asks the same of attributes of the core schema', () => {
    const core = { ...BUILT_IN_RESOURCE_TYPES.user.schema, attributes: schema.attributes };
    const type = { ...BUILT_IN_RESOURCE_TYPES.user, schema: core };
    expect(() => requireComplete({}, { seat: { note: 'x' } }, type)).toThrow(/^seat\.floor: is required$/);
    expect(() => requireComplete({}, { note: { from: 'an older schema' } }, type)).not.toThrow();
    expect(() => requireComplete({ seat: { note: 'x' } }, { seat: 'x', note: 'x' }, type)).not.toThrow();
  });

  it('looks at complete elements once, however many there are', () => {
    let reads = 0;
    const seats = Array.from({ length: 500 }, () => ({
      floor: 1,
      get note() {
        reads++;
        return 'x';
      },
    }));
    const changed = contract({ number: '1', seats: [...seats, { floor: 2 }] });
    expect(refusal(contract({ number: '1', seats }), changed)).toBe('accepted');
    expect(reads).toBeLessThan(10 * seats.length);
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    ['whole', {}, { seat: { floor: 1 } }, 'accepted'],
    ['not whole', {}, { seat: { note: 'x' } }, `invalidValue ${URN}:seat.floor: is required`],
    [
      'an element',
      {},
      { seats: [{ floor: 1 }, { note: 'x' }] },
      `invalidValue ${URN}:seats.floor: is required`,
    ],
    [
      'an element from before',
      { seats: [{ note: 'x' }] },
      { seats: [{ note: 'x' }, { floor: 1 }] },
      'accepted',
    ],
  ])('a complex value: %s', (_what, before, after, expected) => {
    const number = { number: '1' };
    expect(refusal(contract({ ...number, ...before }), contract({ ...number, ...after }))).toBe(expected);
  });
});
