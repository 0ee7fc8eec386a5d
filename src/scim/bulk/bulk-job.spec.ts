import fc from 'fast-check';
import { findReferences } from '../../protocol/message/bulk-references.js';
import { type BulkOperation } from '../../protocol/message/bulk-request.js';
import { finish } from '../../protocol/work.js';
import { ExistedBeforeError } from '../existed-before.error.js';
import { BulkJob, type BulkExecutor, type IdOf } from './bulk-job.js';
import { type BulkResult, type BulkStep } from './bulk-step.js';

interface Plan {
  readonly creates: boolean;
  readonly fails: boolean;
  /** Whether what it creates was there before. */
  readonly existed: boolean;
  /** Indices of operations; those of operations that create nothing are references to nobody. */
  readonly refersTo: readonly number[];
}

const plans = fc.array(
  fc.record({
    creates: fc.boolean(),
    fails: fc.integer({ max: 7, min: 0 }).map((die) => die === 0),
    existed: fc.constant(false),
    refersTo: fc.uniqueArray(fc.nat({ max: 8 }), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 9 },
);

/** Plans that refer to what is created alone, some of which existed before. */
const plansWithExisting = fc
  .tuple(plans, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }))
  .map(([jobs, existed]) =>
    jobs.map((plan, index) => ({
      ...plan,
      existed: plan.creates && existed[index]!,
      refersTo: plan.refersTo.filter((other) => jobs[other]?.creates),
    })),
  );

const operationOf = ({ creates, refersTo }: Plan, index: number): BulkOperation => ({
  index,
  method: creates ? 'POST' : 'PATCH',
  path: creates ? '/Users' : `/Users/${index}`,
  bulkId: creates ? String(index) : undefined,
  version: undefined,
  data: {
    references: refersTo.map((other) => `bulkId:${other}`),
    ...(creates && { userName: `u${index}` }),
  },
});

/** Keeps what is there, and asserts that nothing is asked of it that a store could not do. */
class FakeExecutor implements BulkExecutor {
  readonly alive = new Set<string>();
  readonly performed: number[] = [];

  constructor(private readonly jobs: readonly Plan[]) {}

  perform(step: BulkStep, idOf: IdOf, open: ReadonlySet<string>): Promise<BulkResult> {
    const { index, method, data } = step.operation;
    if (this.jobs[index]?.existed && step.references.size > 0) {
      if (!step.existed) return Promise.reject(new ExistedBeforeError());
      expect([...open]).toEqual([]);
    }
    this.performed.push(index);
    for (const bulkId of finish(findReferences(data))) {
      if (open.has(bulkId)) expect(method).toBe('POST');
      else expect(this.alive).toContain(idOf(bulkId));
    }
    if (this.jobs[index]?.fails) return Promise.reject(new Error('refused'));
    if (method === 'POST') this.alive.add(`id-${index}`);
    return Promise.resolve({ kind: 'done', id: `id-${index}`, version: 'W/"1"', changed: true, ignored: [] });
  }

  complete(_: BulkStep, id: string, idOf: IdOf, open: ReadonlySet<string>): Promise<BulkResult> {
    expect(this.alive).toContain(id);
    for (const bulkId of open) expect(this.alive).toContain(idOf(bulkId));
    return Promise.resolve({ kind: 'done', id, version: 'W/"2"', changed: true, ignored: [] });
  }

  undo({ operation }: BulkStep, id: string): Promise<void> {
    expect(this.jobs[operation.index]?.existed).toBe(false);
    expect(this.alive.delete(id)).toBe(true);
    return Promise.resolve();
  }
}

/** What has to fail: what is refused, and whatever refers to it. */
function failures(jobs: readonly Pick<Plan, 'creates' | 'fails' | 'refersTo'>[]): boolean[] {
  const failed = jobs.map(({ fails }) => fails);
  for (const _ of jobs) {
    for (const [index, { refersTo }] of jobs.entries()) {
      if (refersTo.some((other) => !jobs[other]?.creates || failed[other])) failed[index] = true;
    }
  }
  return failed;
}

const run = async (
  jobs: readonly Plan[],
  failOnErrors?: number,
): Promise<{ steps: readonly BulkStep[]; executor: FakeExecutor }> => {
  const executor = new FakeExecutor(jobs);
  const job = finish(BulkJob.of({ operations: jobs.map(operationOf), failOnErrors }, executor));
  const steps = await job.run();
  return { steps, executor };
};

it('BULK-10 BULK-11 BULK-12 BULK-17 exactly what is refused, and what refers to it, fails', async () => {
  let circles = 0;
  await fc.assert(
    fc.asyncProperty(plans, async (jobs) => {
      const { steps, executor } = await run(jobs);
      expect(steps.map(({ operation }) => operation.index)).toEqual(jobs.map((_, index) => index));
      expect(steps.map(({ result }) => result?.kind === 'failed')).toEqual(failures(jobs));
      expect(new Set(executor.performed).size).toBe(executor.performed.length);
      const created = steps.filter(
        ({ result, operation }) => result?.kind === 'done' && operation.method === 'POST',
      );
      expect([...executor.alive].sort()).toEqual(
        created.map(({ operation }) => `id-${operation.index}`).sort(),
      );
      if (steps.some(({ result }) => result?.kind === 'done' && result.version === 'W/"2"')) circles += 1;
    }),
    { numRuns: 2000 },
  );
  expect(circles).toBeGreaterThan(50);
});

/** Those that refer, by way of nothing but such that existed, to themselves. */
function circlesOfExisting(jobs: readonly Plan[]): boolean[] {
  const reached = jobs.map(({ refersTo }) => new Set(refersTo.filter((other) => jobs[other]?.existed)));
  for (const _ of jobs) {
    for (const all of reached)
      for (const other of [...all]) for (const next of reached[other]!) all.add(next);
  }
  return jobs.map(({ existed }, index) => existed && reached[index]!.has(index));
}

it('BULK-12 what existed before is never taken back, and is written only with all that it refers to', async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(plansWithExisting, async (jobs) => {
      const { steps, executor } = await run(jobs);
      const failed = steps.map(({ result }) => result?.kind === 'failed');
      expect(new Set(executor.performed).size).toBe(executor.performed.length);
      const circles = circlesOfExisting(jobs);
      const expected = failures(
        jobs.map((plan, index) => ({ ...plan, fails: plan.fails || circles[index]! })),
      );
      // One that was written stays, though something that it refers to may have been taken back later.
      const asTheyAre = jobs.map((plan, index) =>
        plan.existed ? { ...plan, fails: failed[index]!, refersTo: [] } : plan,
      );
      expect(failed).toEqual(failures(asTheyAre));
      expect(failed.filter((_, index) => !expected[index])).not.toContain(true);
      if (jobs.some(({ existed, refersTo }, index) => existed && refersTo.length > 0 && !failed[index]))
        written += 1;
    }),
    { numRuns: 2000 },
  );
  expect(written).toBeGreaterThan(50);
});

it('BULK-14 nothing is begun after the last error that is let pass, and nothing half done stays', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: 1, max: 4 }), async (jobs, failOnErrors) => {
      const { steps, executor } = await run(jobs, failOnErrors);
      const errors = steps.filter(({ result }) => result?.kind === 'failed').length;
      if (errors < failOnErrors) expect(steps).toHaveLength(jobs.length);
      for (const { result, references } of steps) {
        if (result?.kind !== 'done') continue;
        for (const bulkId of references) expect(executor.alive).toContain(`id-${bulkId}`);
      }
    }),
    { numRuns: 2000 },
  );
});
