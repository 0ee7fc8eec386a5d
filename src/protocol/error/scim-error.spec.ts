import * as errors from './scim-error.js';
import { ResourceNotFoundError, ScimError, UnknownMembersError, type ScimType } from './scim-error.js';

describe('the errors of RFC 7644', () => {
  it.each<[(detail: string) => ScimError, number, ScimType | undefined]>([
    [errors.invalidSyntax, 400, 'invalidSyntax'],
    [errors.invalidFilter, 400, 'invalidFilter'],
    [errors.invalidPath, 400, 'invalidPath'],
    [errors.invalidValue, 400, 'invalidValue'],
    [errors.noTarget, 400, 'noTarget'],
    [errors.mutability, 400, 'mutability'],
    [errors.tooMany, 400, 'tooMany'],
    [errors.invalidCursor, 400, 'invalidCursor'],
    [errors.expiredCursor, 400, 'expiredCursor'],
    [errors.invalidCount, 400, 'invalidCount'],
    [errors.uniqueness, 409, 'uniqueness'],
    [errors.unauthorized, 401, undefined],
    [errors.forbidden, 403, undefined],
    [errors.notFound, 404, undefined],
    [errors.preconditionFailed, 412, undefined],
    [errors.payloadTooLarge, 413, undefined],
    [errors.notImplemented, 501, undefined],
  ])('have the status and keyword of the table (%o)', (make, status, scimType) => {
    const error = make('why');
    expect(error).toBeInstanceOf(ScimError);
    expect([error.status, error.scimType, error.detail]).toEqual([status, scimType, 'why']);
  });

  it('are errors, whose message is the detail', () => {
    expect(String(errors.invalidValue('userName: expected a string'))).toBe(
      'ScimError: userName: expected a string',
    );
  });

  it('can be told where they happened', () => {
    const error = errors.noTarget('emails: no element').at('Operations[2]');
    expect([error.status, error.scimType, error.detail]).toEqual([
      400,
      'noTarget',
      'Operations[2]: emails: no element',
    ]);
  });
});

describe('UnknownMembersError', () => {
  const members = (count: number): { value: string }[] =>
    Array.from({ length: count }, (_, index) => ({ value: `m${index}` }));

  it('names the members, and the operations that named them', () => {
    const error = new UnknownMembersError([{ value: 'a' }, { value: 'b"c', operationIndex: 0 }]);
    expect(error).toMatchObject({
      name: 'UnknownMembersError',
      status: 400,
      scimType: 'invalidValue',
      detail:
        'members: no such user or group: "a", "b\\"c" (Operations[0]). Create members before adding them.',
    });
  });

  it('repeats a hundred characters of a member at most', () => {
    expect(new UnknownMembersError([{ value: 'x'.repeat(1_000_000) }]).detail.length).toBeLessThan(250);
  });

  it('names twenty at most, and says how many more there are', () => {
    expect(new UnknownMembersError(members(20)).detail).toMatch(/"m18", "m19"\. Create/);
    expect(new UnknownMembersError(members(23)).detail).toMatch(/"m18", "m19" and 3 more\. Create/);
  });
});

describe('ResourceNotFoundError', () => {
  it('is 404, and repeats a hundred characters of the id at most', () => {
    const error = new ResourceNotFoundError('x'.repeat(101));
    expect(error).toMatchObject({ name: 'ResourceNotFoundError', status: 404, id: 'x'.repeat(101) });
    expect(error.scimType).toBeUndefined();
    expect(error.detail).toBe(`Resource ${'x'.repeat(100)} not found.`);
  });
});
