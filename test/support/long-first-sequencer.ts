import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Spec files that take long: they start processes, browsers and databases of their own. */
const LONG = [
  'start/install',
  'e2e/demo',
  'start/embedded',
  'start/running',
  'e2e/cli-processes',
  'openapi/provoked-errors',
  'browser/swagger-ui',
  'rollcall-client/faults',
  'openapi/tried-examples',
  'start/workers',
  'surfaces/tenancy',
  'e2e/bad-input',
  'start/webhooks',
  'start/crash',
  'e2e/remembered-credentials',
  'standard/cursor',
  'e2e/guard-jobs',
  'db/embedded',
  'start/refusals',
  'start/postgres-15',
  'e2e/patch-budget',
  'e2e/slow-readers',
  'e2e/bad-input-fuzz',
  'e2e/concurrency',
  'db/filter-differential',
  'db/patch-differential',
  'scripts/compile',
  'db/reindex',
];

function rank({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((name) => moduleId.endsWith(`/${name}.spec.ts`));
  return place === -1 ? LONG.length : place;
}

/** Starts the long files first, so that no worker has one of them left when the other has nothing more to do. */
export class LongFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
