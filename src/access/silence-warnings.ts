import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Logger } from 'pino';
import { RepeatedTask, type Repetition } from '../scim/repeated-task.js';
import { AccessTokensStore } from './access-tokens.store.js';

const MINUTE_MS = 60_000;
/** A company says in hours after what time it is silent. */
const REPETITION: Repetition = { first: MINUTE_MS, interval: 10 * MINUTE_MS };

/**
 * Warns in the log of each company that was in use and has sent nothing for as long as its settings say: once for each
 * silence. The processes of a deployment share the warnings: the one that asks first writes them.
 */
@Injectable()
export class SilenceWarnings implements OnApplicationBootstrap, OnModuleDestroy {
  private checks: RepeatedTask | undefined;

  constructor(
    private readonly tokens: AccessTokensStore,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.checks = new RepeatedTask(() => this.check(), REPETITION);
  }

  onModuleDestroy(): void {
    this.checks?.stop();
  }

  /** Writes the warnings that nobody has written. It never throws; what fails is tried at the next check. */
  async check(): Promise<void> {
    try {
      for (const { company, hours, lastUsed } of await this.tokens.claimSilences()) {
        this.logger.warn(
          { company, lastUsed },
          `a company that was in use has sent no request for ${hours} hours; see whether its identity provider still synchronises`,
        );
      }
    } catch (error) {
      this.logger.debug({ err: error }, 'it could not be looked for companies that send nothing');
    }
  }
}
