import { piecesOf } from '../../../test/support/pieces.js';
import { WrittenNumber } from '../json.js';
import { finish, SLICE } from '../work.js';
import { bulkIdOf, findReferences, splitOpenReferences, resolveReferences } from './bulk-references.js';

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
    expect([...finish(findReferences(data))]).toEqual(['ada', 'bob', 'eve', 'a b:c']);
    expect(finish(findReferences(undefined)).size).toBe(0);
  });

  it('finds none in what is no text, and in the words of a text that is no path', () => {
    const note = 'as in members[value eq "bulkId:ada"]';
    const data = { active: true, count: 1, size: new WrittenNumber('1.0'), none: null, list: [null], note };
    expect([...finish(findReferences(data))]).toEqual([]);
  });
});

describe('references in the filter of a path', () => {
  it.each([
    [`members[value eq 'bulkId:ada']`, `members[value eq '01']`],
    ['members[value eq \u2018bulkId:ada\u2019]', 'members[value eq \u201801\u2019]'],
    ['members[value eq \u201cbulkId:a b:c\u201d]', 'members[value eq \u201c02\u201d]'],
    ['members[value eq bulkId:ada]', 'members[value eq 01]'],
    ['(value eq bulkId:ada) or value eq "bulkId:ada"', '(value eq 01) or value eq "01"'],
    ['members[display eq "as bulkId:ada"]', 'members[display eq "as bulkId:ada"]'],
    ['members[value eq xbulkId:ada]', 'members[value eq xbulkId:ada]'],
    [`members[value eq "it's bulkId:ada"]`, `members[value eq "it's bulkId:ada"]`],
  ])('%s keeps its quotation marks', (path, expected) => {
    expect(finish(resolveReferences({ path }, idOf))).toEqual({ path: expected });
  });

  it.each(['\u201c', '\u2018', "'", '"', '"\\'])(
    'many %s cost no more than their length',
    (mark) => {
      const path = mark.repeat(500_000);
      expect(finish(resolveReferences({ path }, idOf))).toEqual({ path });
    },
    60_000,
  );
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
    expect(finish(resolveReferences(data, idOf))).toEqual({
      members: [{ value: '01', $ref: 'bulkId:x' }, '02'],
      Operations: [{ path: 'members[value eq "01" or value eq "bulkId:x"]', value: '01' }],
      'bulkId:ada': 1,
      path: 1,
      note: 'as in members[value eq "bulkId:ada"]',
    });
    expect(['bulkId:ada', 'ada', 1, null].map((value) => finish(resolveReferences(value, idOf)))).toEqual([
      '01',
      'ada',
      1,
      null,
    ]);
  });

  it('keeps the objects in which it finds none', () => {
    const data = { name: { givenName: 'Ada' }, emails: [{ value: 'a' }], members: [{ value: 'bulkId:ada' }] };
    const resolved = finish(resolveReferences(data, idOf));
    expect(resolved).toEqual({ ...data, members: [{ value: '01' }] });
    expect(resolved.name).toBe(data.name);
    expect(resolved.emails).toBe(data.emails);
  });

  it('asks for the ids of references alone', () => {
    const asked: string[] = [];
    const data = {
      path: 'members[display eq "Ada" and value eq "bulkId:ada"]',
      value: ['bulkId:bob', 'eve'],
    };
    finish(resolveReferences(data, (bulkId) => void asked.push(bulkId)));
    expect(asked).toEqual(['ada', 'bob']);
  });
});

describe('splitOpenReferences', () => {
  it('BULK-11 takes out elements, whole attributes, and attributes of extensions', () => {
    const members = [{ value: 'bulkId:a' }, { value: '1' }, { value: 'bulkId:b' }];
    const manager = { value: 'bulkId:b', displayName: 'B' };
    const representation = {
      displayName: 'x',
      members,
      top: manager,
      [ENTERPRISE]: { department: 'd', manager },
    };
    expect(finish(splitOpenReferences(representation, new Set(['b'])))).toEqual({
      writable: {
        displayName: 'x',
        members: [{ value: 'bulkId:a' }, { value: '1' }],
        [ENTERPRISE]: { department: 'd' },
      },
      deferred: { members: [{ value: 'bulkId:b' }], top: manager, [ENTERPRISE]: { manager } },
    });
  });
});

it('goes in pieces through many members', () => {
  const members = Array.from({ length: 20 * SLICE }, (_, index) => ({ value: `bulkId:${index}` }));
  for (const work of [
    findReferences({ members }),
    resolveReferences({ members }, idOf),
    splitOpenReferences({ members }, new Set(['7'])),
  ]) {
    const pieces = piecesOf(work);
    expect(pieces).toBeGreaterThan(20);
    expect(pieces).toBeLessThan(100);
  }
});
