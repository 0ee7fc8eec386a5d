import { holdsToken, plainText, withoutTokens } from './plain-text.js';

describe('plainText', () => {
  it.each([
    ['python-scim/1.0 (linux)', 'python-scim/1.0 (linux)'],
    ['a\nb\r\nc\u2028d\u0000e', 'a b c d e'],
    ['\u001b[31mred', '[31mred'],
    ['left\u202eright', 'left right'],
    [`curl rollcall_${'x'.repeat(43)} end`, 'curl … end'],
    ['jwt eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln end', 'jwt … end'],
    [`key ${'k'.repeat(32)}`, 'key …'],
    ['tenant 5a1f7f0e-57c8-4b5e-9b0a-3f3d3cf0d6a1', 'tenant 5a1f7f0e-57c8-4b5e-9b0a-3f3d3cf0d6a1'],
    ['mail ada@example.com now', 'mail … now'],
    ['  blanks  ', 'blanks'],
    ['', ''],
  ])('makes one harmless line of %j', (text, expected) => {
    expect(plainText(text, 100)).toBe(expected);
  });

  it('cuts what is too long, and does not look at the rest', () => {
    expect(plainText('ab '.repeat(40), 10)).toBe('ab ab ab a…');
    expect(plainText(`${' '.repeat(39)}a`, 10)).toBe('a');
    expect(plainText(`${' '.repeat(40)}a`, 10)).toBe('');
  });
});

it('holdsToken knows the forms of tokens', () => {
  expect(holdsToken('a-rollcall_abc')).toBe(true);
  expect(holdsToken('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln')).toBe(true);
  expect(holdsToken('0af7651916cd43dd8448eb211c80319c')).toBe(false);
});

it.each([
  [`rollcall_${'x'.repeat(43)}, rollcall_y`, '…, …'],
  ['Ada eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln', 'Ada …'],
  [`Ada <ada@example.com> ${'k'.repeat(40)}`, `Ada <ada@example.com> ${'k'.repeat(40)}`],
])('withoutTokens leaves of %j all but tokens', (text, expected) => {
  expect(withoutTokens(text)).toBe(expected);
});
