import fc from 'fast-check';
import { anyCharacters } from '../../../test/support/arbitraries/characters.arbitrary.js';
import { runs } from '../../../test/support/property-runs.js';
import { thrownBy } from '../../../test/support/refusal.js';
import { type Dialect } from '../dialect/dialect.js';
import { ScimError } from '../error/scim-error.js';
import { type CompareOperator, type Filter } from './filter.js';
import { FilterParser, MAX_FILTER_DEPTH } from './filter.parser.js';
import { printFilter } from './print-filter.js';

const parser = new FilterParser();
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;

function parse(text: string, dialect: Dialect = 'strict'): Filter {
  return parser.parse(text, { dialect });
}

/** The tree as text, with every node in brackets to show the precedence. */
function outline(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.operands.map(outline).join(` ${filter.kind} `)})`;
    case 'not':
      return `!${outline(filter.operand)}`;
    case 'valuePath':
      return `${filter.name.text}{${outline(filter.filter)}}`;
    case 'compare':
    case 'present':
      return printFilter(filter);
  }
}

describe('FilterParser.parse', () => {
  it.each([
    ['userName eq "bjensen"'],
    [`name.familyName co "O'Malley"`],
    ['userName sw "J"'],
    [`${CORE}:userName sw "J"`],
    ['title pr'],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"'],
    ['meta.lastModified ge "2011-05-13T04:42:34Z"'],
    ['meta.lastModified lt "2011-05-13T04:42:34Z"'],
    ['meta.lastModified le "2011-05-13T04:42:34Z"'],
    ['title pr and userType eq "Employee"'],
    ['title pr or userType eq "Intern"'],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"'],
    ['userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")'],
    ['userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")'],
    ['userType eq "Employee" and emails.type eq "work"'],
    ['userType eq "Employee" and emails[type eq "work" and value co "@example.com"]'],
    ['emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]'],
    ['members[value eq "1" or value eq "2"]'],
    ['members.$ref ew "/1"'],
    [`${CORE}:name.givenName eq "x" and ${CORE}:emails[not (type eq "work")]`],
    ['active eq true'],
    ['title eq null'],
    ['size eq 1.0'],
  ])('FIL-02 FIL-19 reads and prints %s', (text) => {
    expect(printFilter(parse(text))).toBe(text);
  });

  it.each([
    ['a eq 1 or b eq 2 and c eq 3', '(a eq 1 or (b eq 2 and c eq 3))'],
    ['(a eq 1 or b eq 2) and c eq 3', '((a eq 1 or b eq 2) and c eq 3)'],
    ['not (a pr) and b pr', '(!a pr and b pr)'],
    ['not (a pr and b pr)', '!(a pr and b pr)'],
    ['not(title pr)', '!title pr'],
    ['a pr and (b pr and c pr) and d pr', '(a pr and b pr and c pr and d pr)'],
    ['((a pr))', 'a pr'],
    [
      'emails[type eq "a" or type eq "b" and not(value pr)]',
      'emails{(type eq "a" or (type eq "b" and !value pr))}',
    ],
  ])('FIL-04 FIL-18 orders %s', (text, tree) => {
    expect(outline(parse(text))).toBe(tree);
  });

  it('FIL-03 reads operators and logical words in any case', () => {
    expect(printFilter(parse('USERNAME EQ "x" AND Not (TITLE PR) oR a Sw "b"'))).toBe(
      'USERNAME eq "x" and not (TITLE pr) or a sw "b"',
    );
  });

  it.each([
    [String.raw`"a\"b"`, 'a"b'],
    [String.raw`"\\ \/ \b\f\n\r\t é 😀"`, '\\ / \b\f\n\r\t é 😀'],
    ['"a] and (b) or \'c\'"', "a] and (b) or 'c'"],
    ['""', ''],
    ['"50%_*"', '50%_*'],
    ['-1.5E+2', -150],
    ['0', 0],
    ['true', true],
    ['false', false],
    ['null', null],
  ])('FIL-16 reads the value %s', (source, value) => {
    expect(parse(`a eq ${source}`)).toMatchObject({ kind: 'compare', value: { value, column: 6 } });
  });

  it('reads thirty alternatives', () => {
    const text = Array.from({ length: 30 }, (_, index) => `a eq ${index}`).join(' or ');
    expect(parse(text)).toMatchObject({ kind: 'or', operands: { length: 30 } });
  });

  it.each([
    ['', 1, 'an attribute name', 'the end'],
    ['userName', 9, 'an operator', 'the end'],
    ['userName is "x"', 10, 'an operator', '"is"'],
    ['userName eq', 12, 'a value', 'the end'],
    ['userName eq and', 13, 'a quoted string', 'a value that is not quoted'],
    ['userName eq "x" and', 20, 'an attribute name', 'the end'],
    ['userName eq "x" userName pr', 17, '"and", "or" or the end', '"userName"'],
    ['and title pr', 1, 'an attribute name', '"and"'],
    ['or title pr', 1, 'an attribute name', '"or"'],
    ['"title" pr', 1, 'an attribute name', 'a string'],
    ['title "pr"', 7, 'an operator', 'a string'],
    ['title (pr)', 7, 'an operator', '"("'],
    ['(title pr', 10, '"and", "or" or ")"', 'the end'],
    ['title pr)', 9, '"and", "or" or the end', '")"'],
    ['not title pr', 5, '"(" behind "not"', '"title"'],
    ['emails[type eq "x"', 19, '"and", "or" or "]"', 'the end'],
    ['emails[]', 8, 'an attribute name', '"]"'],
    ['emails[type[a pr]]', 12, 'an operator', '"["'],
    ['emails[type eq "a"].value eq "b"', 20, '"and", "or" or the end', '".value"'],
    ['emails[type eq "a"] eq "b"', 21, '"and", "or" or the end', '"eq"'],
    ['userName eq "x', 13, 'a closing quote', 'the end'],
    [String.raw`userName eq "\x"`, 13, 'a JSON string', 'one with'],
    ['userName eq "a\nb"', 13, 'a JSON string', 'one with'],
    [String.raw`userName eq "\u0000"`, 13, 'text that can be stored', 'a string'],
    [String.raw`userName eq "\ud800"`, 13, 'text that can be stored', 'a string'],
    ['a eq True', 6, 'a quoted string', 'a value'],
    ['a eq 007', 6, 'a quoted string', 'a value'],
    ['a eq 1e999', 6, 'a quoted string', 'a value that is larger'],
    ['a eq 9007199254740993', 6, 'a quoted string', 'a value that has more digits'],
    ['a eq 9223372036854775808', 6, 'a quoted string', 'a value that is an integer of more'],
    ['__proto__ pr', 1, 'an attribute name', '"__proto__"'],
    ['userName.. pr', 1, 'an attribute name', '"userName.."'],
    ["1' or '1'='1", 1, 'an attribute name', '"1\'"'],
  ])('FIL-17 refuses %j at column %i', (text, column, expected, found) => {
    const error = thrownBy(() => parse(text));
    expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(error.detail).toContain(`column ${column}: expected ${expected}`);
    expect(error.detail).toContain(`found ${found}`);
  });

  it('never repeats a value', () => {
    for (const text of ['password eq "hunter2" x', 'password eq hunter2', 'a "hunter2"']) {
      expect(thrownBy(() => parse(text)).detail).not.toContain('hunter2');
    }
    expect(thrownBy(() => parse('password eq my hunter2', 'lenient')).detail).toMatch(/found another word$/);
  });

  describe('in lenient', () => {
    it.each([
      ['emails[type eq "work"].value eq "x"', 'emails[type eq "work" and value eq "x"]'],
      [
        'emails[type eq "a" or primary eq true].value pr',
        'emails[(type eq "a" or primary eq true) and value pr]',
      ],
      [
        `${CORE}:emails[type eq "work"].value ne "x" and a pr`,
        `${CORE}:emails[type eq "work" and value ne "x"] and a pr`,
      ],
      ['emails[type eq "work"] eq "x"', 'emails[type eq "work" and value eq "x"]'],
      ['(emails[type eq "work"] CO x) or a pr', 'emails[type eq "work" and value co "x"] or a pr'],
      ['not (phoneNumbers[type eq "fax"] pr)', 'not (phoneNumbers[type eq "fax" and value pr])'],
      ['externalId eq jyoung', 'externalId eq "jyoung"'],
      ['displayName Eq PRIMARY/system', 'displayName eq "PRIMARY/system"'],
      ['(userName eq ada)', 'userName eq "ada"'],
      ['emails[type eq work].value eq a@b.com', 'emails[type eq "work" and value eq "a@b.com"]'],
      [
        'meta.Created gt 2015-10-10T14:38:21.8617979-07:00',
        'meta.Created gt "2015-10-10T14:38:21.8617979-07:00"',
      ],
    ])('reads %s', (text, meaning) => {
      expect(printFilter(parse(text, 'lenient'))).toBe(meaning);
      expect(thrownBy(() => parse(text)).scimType).toBe('invalidFilter');
    });

    it('leaves a value path alone that nothing is compared with', () => {
      for (const text of [
        'emails[type eq "a"]',
        'emails[type eq "a"] and b pr',
        'a pr or emails[type eq "a"]',
      ])
        expect(printFilter(parse(text, 'lenient'))).toBe(text);
      expect(thrownBy(() => parse('emails[type eq "a"] eq', 'lenient')).detail).toContain('expected a value');
      expect(thrownBy(() => parse('emails[type eq "a"] b', 'lenient')).detail).toContain('found "b"');
    });

    it.each([
      ['a eq 007', { value: '007', source: '007' }],
      ['a eq 7.0', { value: 7, source: '7.0' }],
      ['a eq 12345678901234567890', { value: '12345678901234567890', source: '12345678901234567890' }],
      ['a eq true', { value: true, source: 'true' }],
      ['a eq a[b]c', { value: 'a[b]c', source: 'a[b]c' }],
    ])('keeps the source of %s', (text, value) => {
      expect(parse(text, 'lenient')).toMatchObject({ value });
    });

    it.each(['a eq', 'a eq )', 'emails[type eq ]', 'emails[type eq "a"].', 'emails[type eq "a"].b.c pr'])(
      'still refuses %s',
      (text) => {
        expect(thrownBy(() => parse(text, 'lenient')).scimType).toBe('invalidFilter');
      },
    );
  });

  describe('FIL-32 limits', () => {
    it.each([
      ['parentheses', '('.repeat(10_000) + 'a pr' + ')'.repeat(10_000)],
      ['parentheses within the length', '('.repeat(1_900) + 'a pr'],
      ['negations', 'not ('.repeat(3_000) + 'a pr'],
      ['length', `a eq "${'x'.repeat(1_000_000)}"`],
      ['tokens', Array.from({ length: 1_000 }, () => 'a pr').join(' or ')],
    ])('refuses too many or too much of: %s', (_what, text) => {
      expect(thrownBy(() => parse(text))).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    });

    it('takes what is within them', () => {
      const nested = '('.repeat(MAX_FILTER_DEPTH) + 'a pr' + ')'.repeat(MAX_FILTER_DEPTH);
      expect(outline(parse(nested))).toBe('a pr');
      expect(thrownBy(() => parse(`(${nested})`)).detail).toContain('column 51: expected at most 50');
      const sideBySide = Array.from({ length: MAX_FILTER_DEPTH + 1 }, () => '(a pr)').join(' or ');
      expect(parse(sideBySide)).toMatchObject({ kind: 'or' });
    });

    it.each([
      'urn:'.repeat(4_000),
      'a.'.repeat(8_000),
      '"\\'.repeat(8_000),
      ' '.repeat(16_000),
      '1'.repeat(16_000),
    ])('refuses long nonsense', (text) => {
      thrownBy(() => parse(text));
      thrownBy(() => parse(`a eq ${text}`.slice(0, 16_384)));
    });
  });

  describe('on any text', () => {
    const pieces = fc.constantFrom(
      ...[
        'userName',
        ' ',
        ' ',
        'eq',
        'pr',
        'and',
        'or',
        'not',
        '(',
        ')',
        '[',
        ']',
        '"a"',
        '"',
        '\\',
        '1',
        'true',
      ],
      ...['.value', 'null', 'emails', 'urn:a:b', 'é', '\0', '\ud800', '__proto__', '$ref', '.', ':'],
    );
    const anyText = fc.oneof(
      anyCharacters(),
      fc.array(pieces, { maxLength: 30 }).map((list) => list.join('')),
      fc.array(pieces, { maxLength: 30 }).map((list) => list.join(' ')),
    );

    it('throws nothing but ScimError 400', () => {
      fc.assert(
        fc.property(anyText, fc.constantFrom<Dialect>('strict', 'lenient'), (text, dialect) => {
          for (const read of [() => parse(text, dialect), () => parser.parsePath(text, { dialect })]) {
            try {
              read();
            } catch (error) {
              expect(error).toBeInstanceOf(ScimError);
              expect((error as ScimError).status).toBe(400);
            }
          }
        }),
        runs(5_000),
      );
    });
  });

  it('prints what it parses to', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const text = printFilter(filter);
        expect(strip(parse(text))).toEqual(filter);
        expect(strip(parse(text, 'lenient'))).toEqual(filter);
      }),
      runs(2_000),
    );
  });
});

describe('FilterParser.parsePath', () => {
  const path = (text: string, dialect: Dialect = 'strict'): string => {
    const { name, filter, subName } = parser.parsePath(text, { dialect });
    return [name.text, filter && printFilter(filter), subName?.text].map((part) => part ?? '-').join(' | ');
  };

  it.each([
    ['members', 'members | - | -'],
    ['name.familyName', 'name.familyName | - | -'],
    ['$ref', '$ref | - | -'],
    ['members.$ref', 'members.$ref | - | -'],
    ['addresses[type eq "work"]', 'addresses | type eq "work" | -'],
    ['members[value eq "1"].displayName', 'members | value eq "1" | displayName'],
    ['Emails[Type eq "work"].Value', 'Emails | Type eq "work" | Value'],
    [`${CORE}:emails[type eq "a]b"].value`, `${CORE}:emails | type eq "a]b" | value`],
    [
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User | - | -',
    ],
    ['urn:example:contract:1.0', 'urn:example:contract:1.0 | - | -'],
    ['urn:example:contract:1.0:a.b', 'urn:example:contract:1.0:a.b | - | -'],
    [`${CORE}.name.givenName`, `${CORE}.name.givenName | - | -`],
    ['  title  ', 'title | - | -'],
  ])('PAT-08 reads %s', (text, parts) => {
    expect(path(text)).toBe(parts);
  });

  it('knows the column of a sub-attribute behind a bracket', () => {
    const { subName } = parser.parsePath('emails[type eq "a"].value', { dialect: 'strict' });
    expect(subName).toEqual({ text: 'value', column: 21 });
  });

  it('PAT-46 keeps brackets and words inside strings', () => {
    expect(path(String.raw`emails[value eq "] and \" or ("].type`)).toBe(
      String.raw`emails | value eq "] and \" or (" | type`,
    );
  });

  it('reads values in other quotation marks in lenient', () => {
    expect(path("emails[type eq 'work'].value", 'lenient')).toBe('emails | type eq "work" | value');
    expect(path('members[value eq \u201c12 ]\u201d]', 'lenient')).toBe('members | value eq "12 ]" | -');
    expect(thrownBy(() => path("emails[type eq 'work'].value"))).toMatchObject({
      scimType: 'invalidFilter',
    });
  });

  it('reads values without quotes in lenient', () => {
    expect(path('members[value eq 12ab].display', 'lenient')).toBe('members | value eq "12ab" | display');
  });

  it.each([
    ['', 'invalidPath', 'column 1: expected an attribute name, found the end'],
    ['/nickName', 'invalidPath', 'column 1: expected an attribute name, found "/nickName"'],
    ['a b', 'invalidPath', 'column 3: expected the end of the path, found "b"'],
    ['members]', 'invalidPath', 'column 8: expected the end of the path, found "]"'],
    ['emails[type eq "a"]value', 'invalidPath', 'column 20: expected "." and a sub-attribute, found "value"'],
    ['emails[type eq "a"].value[a pr]', 'invalidPath', 'column 26: expected the end of the path, found "["'],
    ['emails[0]', 'invalidFilter', 'column 8: expected an attribute name, found "0"'],
    ['emails[type eq]', 'invalidFilter', 'column 15: expected a value, found "]"'],
    ['emails[type eq "a"', 'invalidFilter', 'column 19: expected "and", "or" or "]", found the end'],
    ['constructor"', 'invalidPath', 'column 12: expected a closing quote, found the end'],
  ])('PAT-11 refuses %j', (text, scimType, detail) => {
    expect(thrownBy(() => path(text))).toMatchObject({ status: 400, scimType, detail });
  });
});

describe('other quotation marks', () => {
  it.each([
    ["a eq 'x y'", 'a eq "x y"'],
    ['a eq \u201cx y\u201d', 'a eq "x y"'],
    ['a eq \u2018x y\u2019', 'a eq "x y"'],
    ["(a eq 'x')", 'a eq "x"'],
    ["a eq 'x' and b[c eq 'd']", '(a eq "x" and b{c eq "d"})'],
    ["a eq ''", 'a eq ""'],
    ["a eq 'true'", 'a eq "true"'],
    [`a eq 'say "x"'`, String.raw`a eq "say \"x\""`],
    [String.raw`a eq 'o\'brien'`, `a eq "o'brien"`],
    [String.raw`a eq '\u0061\\'`, String.raw`a eq "a\\"`],
    ['a eq \u201cit\u2019s\u201d', 'a eq "it\u2019s"'],
    ["a eq o'brien", `a eq "o'brien"`],
    ['a eq d\u2019Arc', 'a eq "d\u2019Arc"'],
    ["a eq 6'4", `a eq "6'4"`],
    [`a eq "'x'"`, `a eq "'x'"`],
  ])('%s is read in lenient', (text, expected) => {
    expect(outline(parse(text, 'lenient'))).toBe(expected);
  });

  it.each([
    ["a eq 'x", 'column 6: expected a value in quotation marks that belong together, such as "work"'],
    ["a eq 'o'brien'", 'column 6: expected a value in quotation marks that belong together, such as "work"'],
    ['a eq \u201cx"', 'column 6: expected a value in quotation marks that belong together, such as "work"'],
    [
      'a eq \u2018x\u2018',
      'column 6: expected a value in quotation marks that belong together, such as "work"',
    ],
    ...[
      '`x`',
      'x`y',
      "x'",
      "x.'y",
      "x'.y",
      'x\u2019',
      '\u201dx\u201d',
      '\u201ex\u201c',
      '\u00abx\u00bb',
      'x"',
      'x"y',
      'a[b]"c',
      '\\"x\\"',
    ].map((value): [string, string] => [
      `a eq ${value}`,
      'column 6: expected a quoted string, a number, true, false or null, found a value that has a stray quotation mark',
    ]),
    [
      "a eq 'x\ny'",
      'column 6: expected a JSON string, found one with a control character or a broken escape',
    ],
    [
      String.raw`a eq '\ud800'`,
      'column 6: expected text that can be stored, found a string that holds half of a surrogate pair (U+D800 to U+DFFF)',
    ],
    ["'a' eq 'x'", `column 1: expected an attribute name, found "'a'"`],
  ])('%s is refused in both dialects', (text, detail) => {
    expect(thrownBy(() => parse(text, 'lenient'))).toMatchObject({ scimType: 'invalidFilter', detail });
    expect(thrownBy(() => parse(text, 'strict')).scimType).toBe('invalidFilter');
  });

  it('every text has the same meaning in them as in double ones', () => {
    const marks = fc.constantFrom(['"', '"'], ["'", "'"], ['\u2018', '\u2019'], ['\u201c', '\u201d']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), marks, (text, [open = '', close = '']) => {
        fc.pre(!text.includes('\0'));
        const literal = JSON.stringify(text);
        const inner = literal.slice(1, -1).replaceAll('\\"', '"').replaceAll(close, `\\${close}`);
        const marked = parse(`a eq ${open}${inner}${close} or b pr`, 'lenient');
        expect(strip(marked)).toEqual(strip(parse(`a eq ${literal} or b pr`)));
      }),
      runs(300),
    );
  });
});

/** The filter without columns and sources, which differ between two texts with the same meaning. */
function strip(filter: Filter): unknown {
  return JSON.parse(
    JSON.stringify(filter, (key, value: unknown) =>
      key === 'source' ? undefined : key === 'column' ? 0 : value,
    ),
  );
}

const anyName = fc
  .constantFrom(
    'userName',
    'name.givenName',
    '$ref',
    'members.$ref',
    'x-a_1',
    `${CORE}:emails.value`,
    'not',
    'urn:a.b:c',
  )
  .filter((name) => name !== 'not')
  .map((text) => ({ text, column: 0 }));
const anyLiteral = fc
  .oneof(
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((value) => value + 0),
    fc.boolean(),
    fc.constant(null),
  )
  .map((value) => ({ value: Object.is(value, -0) ? 0 : value, column: 0 }));
const anyLeaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ kind: fc.constant('present' as const), name: anyName }),
  fc.record({
    kind: fc.constant('compare' as const),
    name: anyName,
    operator: fc.constantFrom<CompareOperator>(...OPERATORS),
    value: anyLiteral,
  }),
);

/** Filters in the form that the parser makes: no `and` directly inside an `and`, and no `or` inside an `or`. */
function composed(leaf: fc.Arbitrary<Filter>, depth: number): fc.Arbitrary<Filter> {
  if (depth === 0) return leaf;
  const inner = composed(leaf, depth - 1);
  const chain = (kind: 'and' | 'or'): fc.Arbitrary<Filter> =>
    fc
      .array(
        inner.filter((operand) => operand.kind !== kind),
        { minLength: 2, maxLength: 4 },
      )
      .map((operands) => ({ kind, operands }));
  return fc.oneof(
    leaf,
    chain('and'),
    chain('or'),
    inner.map((operand): Filter => ({ kind: 'not', operand })),
  );
}

const anyValuePath: fc.Arbitrary<Filter> = fc.record({
  kind: fc.constant('valuePath' as const),
  name: anyName,
  filter: composed(anyLeaf, 2),
});
const anyFilter = composed(fc.oneof(anyLeaf, anyValuePath), 3);
