import { type Logger } from 'pino';
import { type Administration } from '../administration/administration.js';
import { localOrigin } from '../administration/local-origin.js';
import { RepeatedTask, type Repetition } from '../scim/repeated-task.js';

/** Work of the database's owner that is done again and again beside the service. */
export abstract class OwnerSchedule {
  private readonly looks: RepeatedTask;
  private open: Administration | undefined;

  /**
   * @param directUrl URL for the owner of the database
   * @param failure what the log says where the work fails
   * @param repetition when it is done
   */
  constructor(
    private readonly directUrl: string,
    protected readonly logger: Logger,
    private readonly failure: string,
    repetition: Repetition,
  ) {
    this.looks = new RepeatedTask(() => this.look(), repetition);
  }

  protected get stopped(): boolean {
    return this.looks.isStopped;
  }

  /** What is done; when it is stopped, it ends at its next query. */
  protected abstract work(administration: Administration): Promise<void>;

  /** Ends what runs behind its batch; the next look goes on there. */
  async stop(): Promise<void> {
    this.looks.stop();
    await this.open?.close().catch(() => undefined);
  }

  /** Does the work once. It never throws; what fails is tried at the next look. */
  async look(): Promise<void> {
    try {
      // TypeORM is loaded only where the database can be used.
      const administration = await import('../administration/administration.js');
      this.open = await administration.Administration.open(this.directUrl, localOrigin('server'));
      if (!this.stopped) await this.work(this.open);
    } catch (error) {
      this.logger.debug({ err: error }, this.failure);
    } finally {
      await this.open?.close().catch(() => undefined);
      this.open = undefined;
    }
  }
}
