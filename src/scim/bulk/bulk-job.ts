import { invalidValue, ScimError } from '../../protocol/error/scim-error.js';
import { bulkIdOf } from '../../protocol/message/bulk-references.js';
import { type BulkRequest, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { type Work } from '../../protocol/work.js';
import { ExistedBeforeError } from '../existed-before.error.js';
import { makeStep, orderMatters, type BulkResult, type BulkStep } from './bulk-step.js';

/** How single operations are carried out; each method throws what refuses it. */
export interface BulkExecutor {
  /**
   * @param open References that cannot be resolved yet: what holds them is left out.
   * @throws ExistedBeforeError where the resource that a POST with references is to create was there before, unless the
   *   step says so already
   */
  perform(step: BulkStep, idOf: IdOf, open: ReadonlySet<string>): Promise<BulkResult>;
  /** Adds to a created resource what was left out. */
  complete(step: BulkStep, id: string, idOf: IdOf, open: ReadonlySet<string>): Promise<BulkResult>;
  /** Deletes a created resource that could not be completed; never one that existed before. */
  undo(step: BulkStep, id: string): Promise<void>;
}

export type IdOf = (bulkId: string) => string | undefined;

/**
 * One bulk job under way (RFC 7644 §3.7). Operations run one after another in their order, except that a POST which an
 * earlier operation refers to runs before that one, where nothing in between could decide over it. Otherwise, and
 * where references form a circle (§3.7.1), a resource is created without the references that are still open, and
 * completed as soon as they can be resolved; where they can't be, it is taken back and its operation has failed. A POST
 * that brings back a resource which existed before is postponed until all its references are resolved.
 */
export class BulkJob {
  private readonly creators: ReadonlyMap<string, BulkStep>;
  private readonly incomplete = new Map<BulkStep, ReadonlySet<string>>();
  private readonly postponed = new Set<BulkStep>();
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
    for (const step of this.steps) {
      await this.reach(step);
      await this.carryOutPostponed();
    }
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
    await this.reachCreators(step);
    if (step.operation.method !== 'POST') await this.carryOutPostponed();
    if (this.stopped) {
      step.state = 'waiting';
      return;
    }
    const open = this.openOf(step);
    const result = await this.attempt(step, open);
    if (result.kind === 'failed' && result.error instanceof ExistedBeforeError) {
      step.existed = true;
      this.postponed.add(step);
      await this.reachCreators(step);
    } else await this.settle(step, result, open);
  }

  private async reachCreators(step: BulkStep): Promise<void> {
    for (const bulkId of step.references) {
      const creator = this.creators.get(bulkId);
      if (creator?.state === 'waiting' && !this.hasToWait(creator, step)) await this.reach(creator);
    }
  }

  private async settle(step: BulkStep, result: BulkResult, open: ReadonlySet<string>): Promise<void> {
    step.result = result;
    step.state = 'settled';
    if (result.kind === 'failed') this.errors += 1;
    else if (open.size > 0) this.incomplete.set(step, open);
    await this.completeWhatCanBe();
  }

  /**
   * To be called while no POST is running, so that all that the postponed ones refer to is settled or postponed too. Those
   * that then wait for one another can't be carried out.
   */
  private async carryOutPostponed(): Promise<void> {
    while (this.postponed.size > 0) {
      const left = [...this.postponed];
      const ready = left.filter((step) => this.openOf(step).size === 0);
      for (const step of ready.length > 0 ? ready : left) {
        if (this.stopped) return;
        this.postponed.delete(step);
        const open = this.openOf(step);
        await this.settle(step, await this.attempt(step, open), open);
      }
    }
  }

  /** Only what is created may lack something for a while: everything else has its references resolved first. */
  private hasToWait(creator: BulkStep, referring: BulkStep): boolean {
    if (referring.operation.method !== 'POST' || referring.existed) return false;
    return this.steps
      .slice(0, creator.operation.index)
      .some((other) => other.state !== 'settled' && orderMatters(other, creator));
  }

  private openOf({ references }: BulkStep): ReadonlySet<string> {
    return new Set([...references].filter((bulkId) => this.isOpen(bulkId)));
  }

  private isOpen(bulkId: string): boolean {
    const creator = this.creators.get(bulkId);
    return creator !== undefined && creator.state !== 'settled';
  }

  private async attempt(step: BulkStep, open: ReadonlySet<string>): Promise<BulkResult> {
    try {
      if (step.target instanceof ScimError) throw step.target;
      this.requireCreators(step);
      if (step.existed && open.size > 0) {
        throw conflict(
          'it refers in a circle to resources that were there before: write them one after the other',
        );
      }
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

  /**
   * Resources whose creation relied on this one are deleted again too. One that existed before stays as it was written, as
   * if what it refers to had been deleted later.
   */
  private async takeBack(step: BulkStep, reason: unknown): Promise<void> {
    if (step.existed) return;
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
