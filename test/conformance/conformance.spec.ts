import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findSentence } from './cited-sentence.js';
import { type Judgement, judgeRequirements } from './judge-requirements.js';
import { printDocument } from './print-document.js';
import { type Area, readReasons, type Reasons, readRequirements } from './requirements.js';
import { readTestResults, type TestResult } from './test-results.js';

// The names in here are handed to the code under test; this spec's own name no row.
const AREAS: readonly Area[] = [
  {
    id: 'AB',
    title: 'First `things`',
    requirements: [
      { id: 'AB-01', section: 'RFC 1 §1', level: 'MUST', requirement: 'one | other' },
      { id: 'AB-02', section: 'RFC 1 §2', level: 'SHOULD NOT', requirement: 'two' },
      { id: 'AB-03', section: 'RFC 1 §3', level: 'MAY', requirement: 'three' },
    ],
  },
  {
    id: 'LATER',
    title: 'Later',
    offered: false,
    requirements: [{ id: 'LATER-01', section: 'RFC 2 §1', level: 'MUST', requirement: 'four' }],
  },
];

const test = (name: string, passed = true, path = 'test/e2e/x.spec.ts'): TestResult => ({
  path,
  name,
  passed,
});

const judge = (results: readonly TestResult[], reasons: Reasons = {}): Judgement =>
  judgeRequirements(AREAS, reasons, results, (sentence) =>
    sentence === 'It is so.' ? { path: 'docs/decisions.md', heading: 'Why `it` is so' } : undefined,
  );

const kinds = ({ areas }: Judgement): string[] =>
  areas.flatMap(({ requirements }) => requirements.map(({ verdict }) => verdict.kind));

describe('judgement', () => {
  it('takes a passed test for a proof of every row that it names', () => {
    const judgement = judge([test('of things AB-01 AB-02: hold')]);
    expect(kinds(judgement)).toEqual(['proved', 'proved', 'untested', 'not offered']);
    expect(judgement.faults).toEqual([]);
  });

  it('leaves a MUST and a SHOULD open without a test that passed, or a reason', () => {
    const judgement = judge([test('AB-01 holds', false)]);
    expect(kinds(judgement)).toEqual(['open', 'open', 'untested', 'not offered']);
    expect(judgement.faults).toEqual([
      'AB-01 (MUST) has neither a passing test nor a reason: one | other',
      'AB-02 (SHOULD NOT) has neither a passing test nor a reason: two',
    ]);
  });

  it('takes no test of the stores in memory for a proof, and still refuses one that names an unknown row', () => {
    const judgement = judge([test('in memory AB-01 holds'), test('in memory AB-02 AB-99')]);
    expect(kinds(judgement)).toEqual(['open', 'open', 'untested', 'not offered']);
    expect(judgement.faults).toContainEqual(expect.stringMatching(/names AB-99/));
  });

  it('takes a sentence that is in the documents for a reason, and an optional feature', () => {
    const reasons = { 'AB-01': 'It is so.', 'AB-02': 'optional feature not offered' };
    expect(judge([], reasons).faults).toEqual([]);
    expect(kinds(judge([], reasons))).toEqual(['reasoned', 'reasoned', 'untested', 'not offered']);
  });

  it.each([
    ['a sentence that is nowhere', { 'AB-03': 'We forgot.' }, /AB-03 is no sentence of the documents/],
    ['a row that has a test', { 'AB-01': 'It is so.' }, /AB-01 has a passing test/],
    ['a row that is unknown', { 'AB-09': 'It is so.' }, /AB-09 is no requirement/],
  ])('refuses a reason for %s', (_, reasons: Reasons, fault) => {
    const { faults } = judge([test('AB-01'), test('AB-02')], reasons);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  it('refuses a test that names a row which is unknown, passed or not', () => {
    const { faults } = judge([test('AB-01 AB-02'), test('AB-99 x'), test('ZZ-01 y', false)]);
    expect(faults).toEqual([
      expect.stringMatching(/AB-99 x.*names AB-99/),
      expect.stringMatching(/ZZ-01 y.*names ZZ-01/),
    ]);
  });
});

describe('document', () => {
  const print = (results: readonly TestResult[], reasons: Reasons = {}): string =>
    printDocument(judge(results, reasons).areas);

  it('counts an area and all', () => {
    const page = print([test('AB-01')], { 'AB-02': 'It is so.' });
    expect(page).toContain('| [AB](#ab-first-things) | 3 | 1 | 1 | 1 | 0 |');
    expect(page).toContain('| [LATER](#later-later) | 1 | 0 | 0 | 1 | 0 |');
    expect(page).toContain('| all | 4 | 1 | 1 | 2 | 0 |');
  });

  it('names the first tests of a row, those of the standard surface ahead, and counts the others', () => {
    const standard = 'test/e2e/standard/y.spec.ts';
    const results = [
      test('AB-01 d'),
      test('AB-01 c'),
      test('AB-01, AB-02: b'),
      test('x AB-01 a', true, standard),
    ];
    const link = '[x.spec.ts](../test/e2e/x.spec.ts)';
    expect(print(results)).toContain(
      `| AB-01 | RFC 1 §1 | MUST | one \\| other | [y.spec.ts](../${standard}): x a<br>${link}: b<br>${link}: c<br>and 1 more |`,
    );
    expect(print(results.toReversed())).toBe(print(results));
  });

  it('keeps names on one line, as plain text, and short', () => {
    const page = print([test('AB-01 a|b <i> `c`\n\u0000\u202Ed *e* [f]'), test(`AB-02 ${'é'.repeat(500)}`)]);
    expect(page).toContain(': a\\|b \\<i> \\`c\\` d \\*e\\* \\[f\\] |');
    expect(page).toContain(`: ${'é'.repeat(119)}… |`);
  });

  it('cites reasons with where they stand', () => {
    const page = print([], { 'AB-01': 'It is so.', 'AB-02': 'optional feature not offered' });
    expect(page).toContain('| “It is so.” ([Why `it` is so](decisions.md#why-it-is-so)) |');
    expect(page).toContain('| two | optional feature not offered |');
  });
});

describe('files', () => {
  let root: string;
  beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'rollcall-conformance-'))));
  afterAll(() => rmSync(root, { recursive: true }));

  const results = (name: string, specs: Record<string, Record<string, string>>): string => {
    const testResults = Object.entries(specs).map(([path, tests]) => ({
      name: join(root, path),
      assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })),
    }));
    writeFileSync(join(root, name), JSON.stringify({ testResults }));
    return join(root, name);
  };

  it('of results: only what passed has passed, and the last run of a spec counts', () => {
    const first = results('1.json', {
      'test/a.spec.ts': { one: 'passed' },
      'test/b.spec.ts': { two: 'pending' },
    });
    const second = results('2.json', { 'test/a.spec.ts': { one: 'failed', three: 'passed' } });
    expect(readTestResults([first, second], root)).toEqual([
      { path: 'test/a.spec.ts', name: 'one', passed: false },
      { path: 'test/a.spec.ts', name: 'three', passed: true },
      { path: 'test/b.spec.ts', name: 'two', passed: false },
    ]);
  });

  it('of documents: a whole sentence is found across lines, under its heading', () => {
    mkdirSync(join(root, 'docs/surfaces'), { recursive: true });
    for (const path of ['docs/architecture.md', 'docs/surfaces/standard.md'])
      writeFileSync(join(root, path), '');
    writeFileSync(join(root, 'docs/decisions.md'), '# A\n\nNo.\n\n## B b\n\n- It is\n  so. And more.\n');
    expect(findSentence('It is so.', root)).toEqual({ path: 'docs/decisions.md', heading: 'B b' });
    for (const other of ['It is so', 'It was so.', '.']) expect(findSentence(other, root)).toBeUndefined();
  });
});

describe('the requirements of this project', () => {
  const project = resolve(import.meta.dirname, '../..');

  it('have ids of their area, each once, and a level that is known', () => {
    for (const { id: area, requirements } of readRequirements(project)) {
      const ids = requirements.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].sort());
      for (const { id, level } of requirements) {
        expect(id).toMatch(new RegExp(`^${area}-\\d\\d$`));
        expect(level).toMatch(/^(MUST|MUST\*|MUST NOT|MUST \(profile\)|SHOULD|SHOULD NOT|MAY|-)$/);
      }
    }
  });

  it('have reasons that stand in the documents', () => {
    const { faults } = judgeRequirements(readRequirements(project), readReasons(project), [], (sentence) =>
      findSentence(sentence, project),
    );
    expect(faults.filter((fault) => fault.startsWith('reasons.json'))).toEqual([]);
  });
});
