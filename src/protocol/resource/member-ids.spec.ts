import { refusal } from '../../../test/support/refusal.js';
import { type Json } from '../json.js';
import { attribute } from '../schema/define-attribute.js';
import { finish } from '../work.js';
import { isMembers, readMemberIdsWork } from './member-ids.js';

const readMemberIds = (value: Json, place: string): string[] => finish(readMemberIdsWork(value, place));

describe('isMembers', () => {
  const members = attribute('members', 'Members.', { multiValued: true });

  it('means the attribute of the core schema alone', () => {
    expect(isMembers({ attribute: members })).toBe(true);
    expect(isMembers({ attribute: members, subAttribute: attribute('value', '') })).toBe(true);
    expect(isMembers({ extension: 'urn:x:Group', attribute: members })).toBe(false);
    expect(isMembers({ attribute: attribute('owners', '') })).toBe(false);
  });
});

describe('readMemberIdsWork', () => {
  it('takes the value of each element, in any spelling, once', () => {
    const members = [{ VALUE: 'b', type: 'User' }, null, { value: 'a' }, { value: 'b', display: 'B' }];
    expect(readMemberIds(members, 'members')).toEqual(['b', 'a']);
    expect(readMemberIds(null, 'members')).toEqual([]);
    expect(readMemberIds([], 'members')).toEqual([]);
  });

  it.each<[Json, string]>([
    [[null], 'members: none of its elements names a member; [] stands for no members'],
    [[null, null], 'members: none of its elements names a member; [] stands for no members'],
    [[{ value: '' }], 'members[0].value: expected the id of a user or group, got blanks'],
    [[{ value: 'a' }, { value: ' \n' }], 'members[1].value: expected the id of a user or group, got blanks'],
  ])('%j names nobody, and so does not stand for no members', (members, detail) => {
    expect(refusal(() => readMemberIds(members, 'members'))).toBe(`400 invalidValue ${detail}`);
  });

  it.each<[Json, string]>([
    ['a', '400 invalidValue members: expected an array of members, got a string'],
    [{ value: 'a' }, '400 invalidValue members: expected an array of members, got an object'],
    [
      [['a']],
      '400 invalidValue members[0]: expected an object with the member\'s id as "value", got an array',
    ],
    [
      [null, { display: 'A' }],
      '400 invalidValue members[1].value: expected the id of a user or group as a string',
    ],
    [[{ value: null }], '400 invalidValue members[0].value: expected the id of a user or group as a string'],
    [
      [{ value: 'a', Value: 'b' }],
      '400 invalidSyntax members[0].value: stands twice in one object; names are compared without regard to case',
    ],
  ])('refuses %j', (members, detail) => {
    expect(refusal(() => readMemberIds(members, 'members'))).toBe(detail);
  });
});
