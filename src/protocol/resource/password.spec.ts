import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { isPassword } from './password.js';

describe('isPassword', () => {
  it.each([
    ['password', true],
    ['PassWord', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:password', true],
    ['URN:IETF:params:scim:schemas:core:2.0:user:PASSWORD', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User', false],
    ['password2', false],
    ['urn:x:password', false],
    ['', false],
  ])('%s: %s', (name, expected) => {
    expect(isPassword(BUILT_IN_RESOURCE_TYPES.user, name)).toBe(expected);
  });

  it('groups have none', () => {
    expect(isPassword(BUILT_IN_RESOURCE_TYPES.group, 'password')).toBe(false);
  });
});
