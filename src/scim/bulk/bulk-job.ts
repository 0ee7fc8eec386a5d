import { invalidValue, ScimError } from '../../protocol/error/scim-error.js';
import { bulkIdOf } from '../../protocol/message/bulk-references.js';
import { type BulkRequest, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { type Work } from '../../protocol/work.js';
import { makeStep, orderMatters, type BulkResult, type BulkStep } from './bulk-step.js';

/** How single operations are carried out; each method throws what refuses it. */
export interface BulkExecutor {
  /** @param open References that cannot be resolved yet: what holds them is left out. */
  perform(step: BulkStep, idOf: IdOf, open: ReadonlySet<string>): Promise<BulkResult>;
  /** Adds to a created resource what was left out. */
  complete(step: BulkStep, id: string, idOf: IdOf, open: ReadonlySet<string>): Promise<BulkResult>;
  /** Deletes a created resource that could not be completed. */
  undo(step: BulkStep, id: string): Promise<void>;
}

export type IdOf = (bulkId: string) => string | undefined;

/**
 * One bulk job under way (RFC 7644 §3.7). Operations run one after another in their order, except that a POST which an
 * earlier operation refers to runs before that one, where nothing in between could decide over it. Otherwise, and
 * where references form a circle (§3.7.1), a resource is created without the references that are still open, and
 * completed as soon as they can be resolved; where they can't be, it is taken back and its operation has failed.
 */
export class BulkJob {
  private readonly creators: ReadonlyMap<string, BulkStep>;
  private readonly incomplete = new Map<BulkStep, ReadonlySet<string>>();
  private errors = 0;

  /** The job that a request asks for; its operations are carried out by {@link run}. */
  static *of({ operations, failOnErrors }: BulkRequest, executor: BulkExecutor): Work<BulkJob> {
    const steps: BulkStep[] = [];
    for (const operation of operations) {
      steps.push(yield* makeStep(operation));
      yield;
    }
    return new BulkJob(steps, failOnErrors ?? Infinity, executor);
  }

  private constructor(
    private readonly steps: readonly BulkStep[],
    private readonly failOnErrors: number,
    private readonly executor: BulkExecutor,
  ) {
    const posts = this.steps.filter(({ operation }) => operation.method === 'POST');
    this.creators = new Map(posts.map((step) => [step.operation.bulkId ?? '', step]));
  }

  /** The operations that were carried out, in the order of the request. */
  async run(): Promise<readonly BulkStep[]> {
    for (const step of this.steps) await this.reach(step);
    for (const step of [...this.incomplete.keys()]) {
      await this.takeBack(step, conflict('a resource that this one refers to was not created'));
    }
    return this.steps.filter(({ state }) => state === 'settled');
  }

  /** The id of the resource that the job created under a bulkId. */
  readonly idOf: IdOf = (bulkId) => {
    const result = this.creators.get(bulkId)?.result;
    return result?.kind === 'done' ? result.id : undefined;
  };

  private get stopped(): boolean {
    return this.errors >= this.failOnErrors;
  }

  private async reach(step: BulkStep): Promise<void> {
    if (step.state !== 'waiting' || this.stopped) return;
    step.state = 'running';
    for (const bulkId of step.references) {
      const creator = this.creators.get(bulkId);
      if (creator?.state === 'waiting' && !this.hasToWait(creator, step)) await this.reach(creator);
    }
    if (this.stopped) {
      step.state = 'waiting';
      return;
    }
    const open = new Set([...step.references].filter((bulkId) => this.isOpen(bulkId)));
    step.result = await this.attempt(step, open);
    step.state = 'settled';
    if (step.result.kind === 'failed') this.errors += 1;
    else if (open.size > 0) this.incomplete.set(step, open);
    await this.completeWhatCanBe();
  }

  /** Only what is created may lack something for a while: everything else has its references resolved first. */
  private hasToWait(creator: BulkStep, referring: BulkStep): boolean {
    if (referring.operation.method !== 'POST') return false;
    return this.steps
      .slice(0, creator.operation.index)
      .some((other) => other.state !== 'settled' && orderMatters(other, creator));
  }

  private isOpen(bulkId: string): boolean {
    const creator = this.creators.get(bulkId);
    return creator !== undefined && creator.state !== 'settled';
  }

  private async attempt(step: BulkStep, open: ReadonlySet<string>): Promise<BulkResult> {
    try {
      if (step.target instanceof ScimError) throw step.target;
      this.requireCreators(step);
      return await this.executor.perform(step, this.idOf, open);
    } catch (error) {
      const id = step.target instanceof ScimError ? undefined : this.resourceOf(step.target);
      return { kind: 'failed', error, ...(id === undefined ? {} : { id }) };
    }
  }

  private resourceOf({ id = '' }: BulkTarget): string | undefined {
    const bulkId = bulkIdOf(id);
    return bulkId === undefined ? id || undefined : this.idOf(bulkId);
  }

  private requireCreators({ references }: BulkStep): void {
    for (const bulkId of references) {
      const name = JSON.stringify(`bulkId:${bulkId.slice(0, 100)}`);
      const creator = this.creators.get(bulkId);
      if (!creator) throw invalidValue(`${name}: no POST of this job has this bulkId`);
      if (creator.result?.kind === 'failed') {
        throw conflict(`${name}: Operations[${creator.operation.index}], which was to create it, has failed`);
      }
    }
  }

  private async completeWhatCanBe(): Promise<void> {
    for (const [step, open] of [...this.incomplete]) {
      if (!this.incomplete.has(step) || [...open].some((bulkId) => this.isOpen(bulkId))) continue;
      this.incomplete.delete(step);
      const { result } = step;
      if (result?.kind !== 'done') continue;
      try {
        this.requireCreators(step);
        const { id, ignored } = result;
        const completed = await this.executor.complete(step, id, this.idOf, open);
        step.result = completed.kind === 'done' ? { ...completed, changed: true, ignored } : completed;
      } catch (error) {
        await this.takeBack(step, error);
      }
    }
  }

  /** Resources whose creation relied on this one are deleted again too. */
  private async takeBack(step: BulkStep, reason: unknown): Promise<void> {
    this.incomplete.delete(step);
    const { result } = step;
    if (result?.kind !== 'done') return;
    step.result = { kind: 'failed', error: reason };
    this.errors += 1;
    try {
      await this.executor.undo(step, result.id);
    } catch (error) {
      step.result = { kind: 'failed', error };
    }
    for (const other of this.creators.values()) {
      if (!other.references.has(step.operation.bulkId ?? '') || other.result?.kind !== 'done') continue;
      await this.takeBack(other, conflict('a resource that this one refers to could not be kept'));
    }
  }
}

const conflict = (detail: string): ScimError => new ScimError(409, undefined, detail);
