import { EQUIPMENT, EQUIPPED_USER } from '../../../test/support/equipped-user.js';
import { refusal } from '../../../test/support/refusal.js';
import { type Dialect } from '../dialect/dialect.js';
import { FilterParser } from '../filter/filter.parser.js';
import { printAttribute } from '../schema/attribute-path.js';
import { bindPatchPath, type PatchTarget } from './patch-path.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const parser = new FilterParser();
const bind = (path: string, dialect: Dialect = 'strict'): PatchTarget =>
  bindPatchPath(path, EQUIPPED_USER, { dialect, parser });

describe('bindPatchPath', () => {
  it.each([
    ['title', 'title', false],
    ['NAME.givenname', 'name.givenName', false],
    [`${CORE}:title`, 'title', false],
    ['emails', 'emails', false],
    ['emails.value', 'emails.value', false],
    ['emails[type eq "work"]', 'emails', true],
    ['Emails[Type eq "work"].VALUE', 'emails.value', true],
    ['emails[type eq "a[0]"].value', 'emails.value', true],
    ['emails[type eq "]"]', 'emails', true],
    [`${EQUIPMENT}:keys[level eq 1].note`, `${EQUIPMENT}:keys.note`, true],
    ['keys[level eq 1]', `${EQUIPMENT}:keys`, true],
  ])('PAT-08, PAT-40: %s', (path, name, isFiltered) => {
    const bound = bind(path);
    if (bound.kind !== 'attribute') throw new Error(bound.kind);
    expect(printAttribute(bound.target)).toBe(name);
    expect(bound.selection !== undefined).toBe(isFiltered);
  });

  it('binds the filter to the elements, and keeps it as it was typed', () => {
    const bound = bind('emails[Type eq "Work"]');
    if (bound.kind !== 'attribute') throw new Error(bound.kind);
    expect(bound.selection?.typed).toMatchObject({
      kind: 'compare',
      name: { text: 'Type' },
      value: { value: 'Work' },
    });
    expect(bound.selection?.where).toMatchObject({
      kind: 'compare',
      target: { attribute: { name: 'emails' }, subAttribute: { name: 'type' } },
      value: { type: 'text', value: 'work' },
    });
  });

  it('knows URNs, the password and what nobody defined', () => {
    expect(bind(CORE)).toEqual({ kind: 'resource' });
    expect(bind(EQUIPMENT.toUpperCase())).toMatchObject({
      kind: 'extension',
      target: { extension: EQUIPMENT },
    });
    expect(bind('Password')).toEqual({ kind: 'password' });
    expect(bind('odd')).toEqual({ kind: 'unknown', problem: 'is not an attribute of this resource type' });
    expect(bind('odd[value eq "a"]')).toEqual({
      kind: 'unknown',
      problem: 'is not an attribute of this resource type',
    });
    expect(bind('emails[value eq "a"].odd')).toEqual({
      kind: 'unknown',
      problem: 'names no sub-attribute of emails',
    });
  });

  it('reads a filter without quotes in the lenient dialect alone', () => {
    expect(bind('emails[type eq work].value', 'lenient')).toMatchObject({ kind: 'attribute' });
    expect(refusal(() => bind('emails[type eq work].value'))).toMatch(/^400 invalidFilter /);
  });

  it.each([
    ['/emails/0', '/emails/0 is a JSON Pointer; expected a path such as emails[type eq "work"].value'],
    ['emails[0]', 'emails[0] has an array index; expected a filter such as emails[type eq "work"]'],
    [
      'emails[10].value',
      'emails[10].value has an array index; expected a filter such as emails[type eq "work"]',
    ],
    ['emails[  0  ]', 'emails[  0  ] has an array index; expected a filter such as emails[type eq "work"]'],
    ['emails [1]', 'emails [1] has an array index; expected a filter such as emails[type eq "work"]'],
    [`${EQUIPMENT}[code eq "c"]`, `${EQUIPMENT} is a schema; only values of an attribute can be filtered`],
    [`${CORE}[title eq "T"]`, `${CORE} is a schema; only values of an attribute can be filtered`],
    ['title[value eq "T"]', 'title cannot be filtered: it is no attribute of several values'],
    ['name[givenName eq "A"]', 'name cannot be filtered: it is no attribute of several values'],
    ['emails.value[type eq "work"]', 'emails.value cannot be filtered: it is no attribute of several values'],
  ])('PAT-09, PAT-11: refuses %s', (path, detail) => {
    expect(refusal(() => bind(path))).toBe(`400 invalidPath ${detail}`);
  });

  it('PAT-09: names the column of what is wrong in a filter', () => {
    expect(refusal(() => bind('emails[odd eq "x"]'))).toBe(
      '400 invalidFilter column 8: odd is no sub-attribute of emails',
    );
  });
});
