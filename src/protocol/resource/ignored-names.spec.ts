import { IgnoredNames, noteIgnored, noteReadOnly, shorten } from './ignored-names.js';

function noted(...places: string[]): string[] {
  const ignored = new Set<string>();
  for (const place of places) noteIgnored(ignored, place);
  return [...ignored];
}

describe('noteIgnored', () => {
  it('leaves positions away, so that the same name in many elements is one entry', () => {
    expect(noted('emails[0].odd', 'emails[1].odd', 'emails[12].parts[3].odd')).toEqual([
      'emails.odd',
      'emails.parts.odd',
    ]);
  });

  it.each([
    ['emails[type eq "secret"].odd', 'emails[…].odd'],
    ['emails[type eq "a]b"].odd', 'emails[…].odd'],
    ['emails[type eq "work"]', 'emails[…]'],
    ['emails[type eq "never closed', 'emails[…]'],
    ['emails[type eq "]secret', 'emails[…]'],
    ['emails[type eq "a"] secret.odd', 'emails[…]'],
    ['emails[type eq "a"].$ref', 'emails[…].$ref'],
    ['emails[type eq "two\nlines"].odd', 'emails[…].odd'],
  ])('keeps the values of a filter out: %j', (place, name) => {
    expect(noted(place)).toEqual([name]);
  });

  it('ends a long list in one mark, also where a name comes again', () => {
    const names = Array.from({ length: 100 }, (_, index) => `x${index}`);
    expect(noted(...names)).toEqual(names);
    expect(noted(...names, 'x5')).toEqual(names);
    expect(noted(...names, 'x100')).toEqual([...names, '…']);
    expect(noted(...names, 'x5', 'x100', 'x101', 'x5')).toEqual([...names, '…']);
  });

  it('cuts a long name', () => {
    expect(noted('x'.repeat(121))).toEqual([`${'x'.repeat(120)}…`]);
  });
});

describe('noteReadOnly', () => {
  it('notes the name, and the value beside its place', () => {
    const ignored = new IgnoredNames();
    noteReadOnly(ignored, 'id', '1');
    noteReadOnly(ignored, 'manager.displayName', 'Eve');
    expect([...ignored]).toEqual(['id', 'manager.displayName']);
    expect(ignored.repeated).toEqual([
      { place: 'id', value: '1' },
      { place: 'manager.displayName', value: 'Eve' },
    ]);
  });

  it('notes a hundred values at most', () => {
    const ignored = new IgnoredNames();
    for (let index = 0; index < 120; index++) noteReadOnly(ignored, 'id', index);
    expect(ignored.repeated).toHaveLength(100);
  });
});

it('shorten leaves what is short enough', () => {
  expect(shorten('x'.repeat(120))).toBe('x'.repeat(120));
  expect(shorten('x'.repeat(121))).toBe(`${'x'.repeat(120)}…`);
});
