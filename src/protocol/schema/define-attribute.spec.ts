import { attribute, multiValuedAttribute } from './define-attribute.js';

describe('attribute', () => {
  it('is an optional string that anyone may read and write, unless told otherwise', () => {
    expect(attribute('nickName', 'What friends say.')).toEqual({
      name: 'nickName',
      type: 'string',
      multiValued: false,
      description: 'What friends say.',
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    });
  });

  it.each([
    ['string', false],
    ['dateTime', false],
    ['reference', true],
    ['binary', true],
  ] as const)('of type %s is case-exact: %s', (type, caseExact) => {
    expect(attribute('x', '', { type }).caseExact).toBe(caseExact);
    expect(attribute('x', '', { type, caseExact: !caseExact }).caseExact).toBe(!caseExact);
  });
});

describe('multiValuedAttribute', () => {
  it('has the sub-attributes that RFC 7643 gives to values of several kinds', () => {
    const { type, multiValued, description, subAttributes } = multiValuedAttribute(
      'emails',
      'e-mail address',
      {
        kinds: ['work', 'home'],
        value: { required: true },
      },
    );
    expect({ type, multiValued, description }).toEqual({
      type: 'complex',
      multiValued: true,
      description: 'Every e-mail address of the user.',
    });
    expect(subAttributes).toEqual([
      attribute('value', 'The e-mail address itself.', { required: true }),
      attribute('display', 'The e-mail address as shown to people.'),
      attribute('type', 'What this e-mail address is for.', { canonicalValues: ['work', 'home'] }),
      attribute('primary', 'Whether this is the preferred e-mail address; true for one at most.', {
        type: 'boolean',
      }),
    ]);
  });

  it('leaves its kinds open where none are given', () => {
    expect(multiValuedAttribute('roles', 'role').subAttributes?.[2]).toEqual(
      attribute('type', 'What this role is for.'),
    );
  });
});
