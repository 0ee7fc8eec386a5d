import { refusal } from '../../../test/support/refusal.js';
import { type StoredGroup, type StoredUser } from './resource.js';
import { passesIfNoneMatch, parseIfMatch, parseIfNoneMatch, versionTag } from './version.js';

const user: StoredUser = {
  id: '00000000000000a1',
  version: '7',
  created: '2026-01-01T00:00:00.000Z',
  lastModified: '2026-01-01T00:00:00.000Z',
  attributes: { userName: 'a' },
};
const group = { value: 'g1', display: 'G', type: 'direct' } as const;

describe('versionTag', () => {
  it('ETAG-02: is weak and tells the counter', () => {
    expect(versionTag(user)).toBe('W/"7"');
    expect(versionTag({ ...user, groups: [] })).toBe('W/"7"');
    expect(versionTag({ ...user, members: [] } as StoredGroup)).toBe('W/"7"');
  });

  it('changes with everything derived that the representation holds', () => {
    const tags = [
      versionTag({ ...user, groups: [group] }),
      versionTag({ ...user, groups: [{ ...group, display: 'H' }] }),
      versionTag({ ...user, groups: [{ ...group, type: 'indirect' }] }),
      versionTag({ ...user, groups: [group, { ...group, value: 'g2' }] }),
      versionTag({ ...user, manager: { id: 'm', display: 'M' } }),
      versionTag({ ...user, manager: { id: 'm', display: 'N' } }),
      versionTag(user),
    ];
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags[0]).toMatch(/^W\/"7\.[0-9a-f]{16}"$/);
    expect(versionTag({ ...user, groups: [{ ...group }] })).toBe(tags[0]);
  });
});

describe('versionTag, for whoever kept one', () => {
  it.each([
    [{ groups: [group] }, 'W/"7.9365f53f7b32e8bd"'],
    [{ manager: { id: 'm', display: 'M' } }, 'W/"7.5aac7857e001abc5"'],
    [{ manager: { id: 'm', display: 'M33' } }, 'W/"7.035c2cbdedde000f"'],
    [{ groups: [group], manager: { id: 'm', display: 'M' } }, 'W/"7.6e43b875b712217c"'],
  ])('is the same in every release: %j', (derived, tag) => {
    expect(versionTag({ ...user, ...derived })).toBe(tag);
  });
});

describe('parseIfMatch', () => {
  it.each([
    ['*', 'any'],
    [' * ', 'any'],
    ['W/"7"', ['7']],
    ['"7"', ['7']],
    ['W/"7.0123456789abcdef"', ['7']],
    [' W/"7" , "8.x",W/"9"', ['7', '8', '9']],
    ['"unknown"', []],
    ['"9223372036854775807"', ['9223372036854775807']],
    ['"9223372036854775808"', []],
    ['"007"', []],
    ['""', []],
    [',W/"1"', ['1']],
    ['W/"1",', ['1']],
    [' , ,"1",\t, "2" ,', ['1', '2']],
    ['', []],
    [' , ', []],
  ])('★ ETAG-05: reads %s', (header, versions) => {
    expect(parseIfMatch(header)).toEqual({ versions });
  });

  it.each(['7', 'W/7', '"7', '"7",8', '"7" "8"', '"7""8"', 'w/"7"', '*, "7"', '"7"x'])(
    'refuses %j',
    (header) => {
      expect(refusal(() => parseIfMatch(header))).toBe(
        '400 invalidValue If-Match: expected * or a list of entity tags such as W/"3"',
      );
    },
  );
});

describe('parseIfNoneMatch', () => {
  it.each([
    ['*', 'any'],
    ['W/"7.0123456789abcdef", "8", "x"', ['7', '8']],
  ])('ETAG-11: reads %s', (header, noneOf) => {
    expect(parseIfNoneMatch(header)).toEqual({ noneOf });
  });

  it('refuses what is no list of tags', () => {
    expect(refusal(() => parseIfNoneMatch('7'))).toBe(
      '400 invalidValue If-None-Match: expected * or a list of entity tags such as W/"3"',
    );
  });
});

describe('passesIfNoneMatch', () => {
  it.each([
    ['W/"7.ab"', false],
    ['"7.ab"', false],
    ['"1", W/"7.ab"', false],
    ['*', false],
    [' * ', false],
    ['W/"7"', true],
    ['W/"7.cd"', true],
    ['7.ab', true],
    ['', true],
    [',W/"7.ab"', false],
    ['"1", ,"7.ab",', false],
    [',', true],
  ])('ETAG-03: %s', (header, proceeds) => {
    expect(passesIfNoneMatch(header, 'W/"7.ab"')).toBe(proceeds);
  });

  it('lets a read go on where there is no tag to compare', () => {
    expect(passesIfNoneMatch('"7"', '')).toBe(true);
  });
});
