import { displayOfUser, type Attributes } from './resource.js';

describe('displayOfUser', () => {
  it.each<[Attributes, string]>([
    [{ userName: 'u', displayName: 'D', name: { formatted: 'F' } }, 'D'],
    [{ userName: 'u', displayName: '', name: { formatted: 'F' } }, 'F'],
    [{ userName: 'u', name: { formatted: 'F', givenName: 'G' } }, 'F'],
    [{ userName: 'u', name: { formatted: '' } }, 'u'],
    [{ userName: 'u', name: { givenName: 'G' } }, 'u'],
    [{ userName: 'u', name: 'N' }, 'u'],
    [{ userName: 'u', name: null }, 'u'],
    [{ userName: 'u', displayName: 7 }, 'u'],
    [{ userName: 'u' }, 'u'],
    [{}, ''],
  ])('%j is shown as %j', (attributes, expected) => {
    expect(displayOfUser(attributes)).toBe(expected);
  });
});
