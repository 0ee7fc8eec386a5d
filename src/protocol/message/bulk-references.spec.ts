import { bulkIdOf, findReferences, holdBack, resolveReferences } from './bulk-references.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ids: Readonly<Record<string, string>> = { ada: '01', 'a b:c': '02' };
const idOf = (bulkId: string): string | undefined => ids[bulkId];

describe('bulkIdOf', () => {
  it('BULK-09 reads the whole text', () => {
    expect(['bulkId:ada', 'bulkId:a b:c'].map(bulkIdOf)).toEqual(['ada', 'a b:c']);
    expect(bulkIdOf('bulkId:a\nb')).toBe('a\nb');
    expect(['bulkId:', ' bulkId:ada', 'bulkid:ada', '/Users/bulkId:ada', 'ada'].map(bulkIdOf)).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe('findReferences', () => {
  it('BULK-09 finds them at any depth, each once', () => {
    const data = {
      members: [{ value: 'bulkId:ada' }, { value: 'bulkId:bob' }, 'bulkId:ada'],
      [ENTERPRISE]: { manager: { value: 'bulkId:eve' } },
      Operations: [{ op: 'remove', path: 'members[value eq "bulkId:a b:c" or value eq "bulkId:ada"]' }],
    };
    expect([...findReferences(data)]).toEqual(['ada', 'bob', 'eve', 'a b:c']);
    expect(findReferences(undefined).size).toBe(0);
  });
});

describe('resolveReferences', () => {
  it('BULK-09 BULK-26 puts ids in their place and leaves what it does not know', () => {
    const data = {
      members: [{ value: 'bulkId:ada', $ref: 'bulkId:x' }, 'bulkId:a b:c'],
      Operations: [{ path: 'members[value eq "bulkId:ada" or value eq "bulkId:x"]', value: 'bulkId:ada' }],
      'bulkId:ada': 1,
      path: 1,
      note: 'as in members[value eq "bulkId:ada"]',
    };
    expect(resolveReferences(data, idOf)).toEqual({
      members: [{ value: '01', $ref: 'bulkId:x' }, '02'],
      Operations: [{ path: 'members[value eq "01" or value eq "bulkId:x"]', value: '01' }],
      'bulkId:ada': 1,
      path: 1,
      note: 'as in members[value eq "bulkId:ada"]',
    });
  });
});

describe('holdBack', () => {
  it('BULK-11 takes out elements, whole attributes, and attributes of extensions', () => {
    const members = [{ value: 'bulkId:a' }, { value: '1' }, { value: 'bulkId:b' }];
    const manager = { value: 'bulkId:b', displayName: 'B' };
    const representation = {
      displayName: 'x',
      members,
      top: manager,
      [ENTERPRISE]: { department: 'd', manager },
    };
    expect(holdBack(representation, new Set(['b']))).toEqual({
      kept: {
        displayName: 'x',
        members: [{ value: 'bulkId:a' }, { value: '1' }],
        [ENTERPRISE]: { department: 'd' },
      },
      held: { members: [{ value: 'bulkId:b' }], top: manager, [ENTERPRISE]: { manager } },
    });
  });
});
