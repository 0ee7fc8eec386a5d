import { posix } from 'node:path';
import { type JudgedArea, type JudgedRequirement, NOT_OFFERED, type Verdict } from './judge-requirements.js';
import { type TestResult } from './test-results.js';

const FOLDER = 'docs';
/** How many of a requirement's tests are named; the others are counted. */
const TESTS_SHOWN = 3;
/** Generated names can be as long as the requests they speak of. */
const LONGEST_NAME = 120;

const ROW_IDS = /\b[A-Z]+-\d\d\b[:,]?/g;

/** Where the requirements are tested as the RFC has them; what else proves them is named after that. */
const FIRST = 'test/e2e/standard/';

const INTRODUCTION = `# Conformance

What RFC 7643, RFC 7644, RFC 9865 and practice ask of a SCIM server, in our own words, and the tests that prove it. A test
proves the rows whose ids its name holds, and only if it passed.

This page is written by \`npm run conformance\` from the results of the tests, and the continuous integration fails when
it differs or when a MUST or SHOULD is open. [CONTRIBUTING.md](../CONTRIBUTING.md#conformance) says how a row comes in.

- **MUST\\*** holds once the optional feature is offered, **MUST (profile)** for those who choose that profile.
- **By reason**: there is nothing to test, and the sentence of our documents that decides it is cited.
- **No test** is left to requirements that are optional (MAY), and to standards that are not offered yet.
`;

/** The page, in Markdown: a summary, then a table an area. The same judgement gives the same page. */
export function printDocument(areas: readonly JudgedArea[]): string {
  return [INTRODUCTION, summary(areas), ...areas.map(section)].join('\n');
}

function summary(areas: readonly JudgedArea[]): string {
  const counts = areas.map((area) => [
    `[${area.id}](#${anchor(heading(area))})`,
    ...countVerdicts(area.requirements),
  ]);
  const total = ['all', ...countVerdicts(areas.flatMap(({ requirements }) => requirements))];
  return table(['area', 'rows', 'proved', 'by reason', 'no test', 'open'], [...counts, total]);
}

function countVerdicts(requirements: readonly JudgedRequirement[]): string[] {
  const count = (...kinds: Verdict['kind'][]): string =>
    String(requirements.filter(({ verdict }) => kinds.includes(verdict.kind)).length);
  return [
    String(requirements.length),
    count('proved'),
    count('reasoned'),
    count('untested', 'not offered'),
    count('open'),
  ];
}

function heading({ id, title }: JudgedArea): string {
  return `${id}: ${title}`;
}

function section(area: JudgedArea): string {
  const rows = area.requirements.map(({ id, section, level, requirement, verdict }) => [
    id,
    cell(section),
    cell(level),
    cell(requirement),
    printVerdict(verdict),
  ]);
  return `## ${heading(area)}\n\n${table(['row', 'from', 'level', 'requirement', 'proof'], rows)}`;
}

function printVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'proved':
      return printTests(verdict.tests);
    case 'reasoned': {
      const { reason, citation } = verdict;
      if (reason === NOT_OFFERED || !citation) return cell(reason);
      const link = `${posix.relative(FOLDER, citation.path)}#${anchor(citation.heading)}`;
      return `“${cell(reason)}” ([${cell(citation.heading)}](${link}))`;
    }
    case 'not offered':
      return 'not offered yet';
    case 'untested':
      return 'no test';
    case 'open':
      return '**open**';
  }
}

function printTests(tests: readonly TestResult[]): string {
  const ordered = tests.map((test) => ({ ...test, shown: shortName(test.name) })).sort(inReadingOrder);
  const shown = ordered
    .slice(0, TESTS_SHOWN)
    .map(({ path, shown }) => `[${posix.basename(path)}](${posix.relative(FOLDER, path)}): ${shown}`);
  const left = ordered.length - shown.length;
  return [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join('<br>');
}

type ShownTest = TestResult & { readonly shown: string };

/** The order must not depend on the order in which the specs ran. */
function inReadingOrder(one: ShownTest, other: ShownTest): number {
  const key = ({ path, shown }: ShownTest): string => `${path.startsWith(FIRST) ? 0 : 1}\n${path}\n${shown}`;
  return key(one) < key(other) ? -1 : 1;
}

/** A test's name without row ids, on one line, as plain text. */
function shortName(name: string): string {
  const characters = [
    ...name
      .replace(ROW_IDS, '')
      .replace(/[\s\p{C}]+/gu, ' ')
      .trim(),
  ];
  const kept =
    characters.length > LONGEST_NAME ? [...characters.slice(0, LONGEST_NAME - 1), '…'] : characters;
  return kept.join('').replace(/[\\`*_[\]<|~]/g, '\\$&');
}

/** Our own Markdown in a table: only a bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** What GitHub makes of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}
