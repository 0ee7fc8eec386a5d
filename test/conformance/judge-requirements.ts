import { type Citation } from './cited-sentence.js';
import { type Area, type Reasons, type Requirement } from './requirements.js';
import { type TestResult } from './test-results.js';

/** What stands for a requirement: tests, a reason, or nothing, which only some levels allow. */
export type Verdict =
  | { readonly kind: 'proved'; readonly tests: readonly TestResult[] }
  | { readonly kind: 'reasoned'; readonly reason: string; readonly citation: Citation | undefined }
  | { readonly kind: 'not offered' | 'untested' | 'open' };

export interface JudgedRequirement extends Requirement {
  readonly verdict: Verdict;
}

export interface JudgedArea extends Area {
  readonly requirements: readonly JudgedRequirement[];
}

export interface Judgement {
  readonly areas: readonly JudgedArea[];
  /** What is wrong, a line each; empty where the tests and reasons prove all they have to. */
  readonly faults: readonly string[];
}

/** The one reason that is no sentence of the documents. */
export const NOT_OFFERED = 'optional feature not offered';

/**
 * How the names of tests begin that run on the stores in memory. They say what the ports mean, and nothing about this
 * server: they prove no requirement.
 */
export const IN_MEMORY = 'in memory';

const ROW_ID = /\b[A-Z]+-\d\d\b/g;

/** The row ids in a test's name. */
function rowIds(name: string): ReadonlySet<string> {
  return new Set(name.match(ROW_ID));
}

/**
 * Says for each requirement what proves it. A test that failed or was skipped proves nothing.
 * @param cite - Where a sentence stands in the documents.
 */
export function judgeRequirements(
  areas: readonly Area[],
  reasons: Reasons,
  results: readonly TestResult[],
  cite: (sentence: string) => Citation | undefined,
): Judgement {
  const tests = passedTests(results);
  const judged = areas.map((area) => ({
    ...area,
    requirements: area.requirements.map((row) => ({
      ...row,
      verdict: judge(row, area, tests.get(row.id), reasons[row.id], cite),
    })),
  }));
  return {
    areas: judged,
    faults: [...nameFaults(areas, results), ...reasonFaults(judged, reasons), ...open(judged)],
  };
}

function judge(
  { level }: Requirement,
  { offered = true }: Area,
  tests: readonly TestResult[] | undefined,
  reason: string | undefined,
  cite: (sentence: string) => Citation | undefined,
): Verdict {
  if (tests !== undefined) return { kind: 'proved', tests };
  if (reason !== undefined) return { kind: 'reasoned', reason, citation: cite(reason) };
  if (!offered) return { kind: 'not offered' };
  return { kind: /^(MUST|SHOULD)/.test(level) ? 'open' : 'untested' };
}

function passedTests(results: readonly TestResult[]): ReadonlyMap<string, readonly TestResult[]> {
  const byRow = new Map<string, TestResult[]>();
  for (const result of results) {
    if (!result.passed || result.name.startsWith(`${IN_MEMORY} `)) continue;
    for (const id of rowIds(result.name)) byRow.set(id, [...(byRow.get(id) ?? []), result]);
  }
  return byRow;
}

function nameFaults(areas: readonly Area[], results: readonly TestResult[]): string[] {
  const known = new Set(areas.flatMap(({ requirements }) => requirements.map(({ id }) => id)));
  return results.flatMap(({ path, name }) =>
    [...rowIds(name)]
      .filter((id) => !known.has(id))
      .map((id) => `${path}: the test "${name}" names ${id}, which is no requirement`),
  );
}

function reasonFaults(areas: readonly JudgedArea[], reasons: Reasons): string[] {
  const verdicts = new Map(
    areas.flatMap(({ requirements }) => requirements.map(({ id, verdict }) => [id, verdict])),
  );
  return Object.entries(reasons).flatMap(([id, reason]) => {
    const verdict = verdicts.get(id);
    if (!verdict) return [`reasons.json: ${id} is no requirement`];
    if (verdict.kind === 'proved') return [`reasons.json: ${id} has a passing test and needs no reason`];
    if (verdict.kind === 'reasoned' && (reason === NOT_OFFERED || verdict.citation)) return [];
    return [`reasons.json: the reason for ${id} is no sentence of the documents: "${reason}"`];
  });
}

function open(areas: readonly JudgedArea[]): string[] {
  return areas.flatMap(({ requirements }) =>
    requirements
      .filter(({ verdict }) => verdict.kind === 'open')
      .map(
        ({ id, level, requirement }) =>
          `${id} (${level}) has neither a passing test nor a reason: ${requirement}`,
      ),
  );
}
