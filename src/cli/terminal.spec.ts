import { wrapProse } from './terminal.js';

it('breaks sentences at blanks, and nothing else', () => {
  const sentence = 'Rows about the person, counted in the same transaction: users, groups, memberships.';
  const command = '  npm run rollcall -- client federation add acme client_1 --tenant <tenant id>';
  const table = '│ A table that is as wide as it has been made, since its cells were wrapped │';
  const line = '2026-03-02 08:14:05Z  055915c25a800064  Okta created user Ada Lovelace';
  const json = '{"detail":"A sentence in a document, which stays whole"}';
  const text = [sentence, command, table, line, json].join('\n');
  expect(wrapProse(text, 40)).toBe(
    [
      'Rows about the person, counted in the\nsame transaction: users, groups,\nmemberships.',
      ...[command, table, line, json],
    ].join('\n'),
  );
  expect(wrapProse(text, 200)).toBe(text);
});
