import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Logger } from 'pino';
import { HOURLY, RepeatedTask } from '../scim/repeated-task.js';
import { AccessTokensStore } from './access-tokens.store.js';

const DAY_MS = 86_400_000;

/**
 * Warns in the log of each token and each client secret that expires within 30 days, once a day. The process of a deployment
 * that asks first writes the warnings for all.
 */
@Injectable()
export class ExpiryWarnings implements OnApplicationBootstrap, OnModuleDestroy {
  private checks: RepeatedTask | undefined;

  /** @param commandOf a command of `rollcall` as it is entered here */
  constructor(
    private readonly tokens: AccessTokensStore,
    private readonly logger: Logger,
    private readonly commandOf: (words: string) => string,
  ) {}

  onApplicationBootstrap(): void {
    this.checks = new RepeatedTask(() => this.check(), HOURLY);
  }

  onModuleDestroy(): void {
    this.checks?.stop();
  }

  /** Writes the warnings that nobody has written today. It never throws; what fails is tried at the next check. */
  async check(): Promise<void> {
    try {
      for (const expiring of await this.tokens.claimExpiryWarnings()) {
        const { id, name, secretId, company, expires, lastUsed } = expiring;
        const daysLeft = Math.ceil((expires.getTime() - Date.now()) / DAY_MS);
        const days = daysLeft === 1 ? 'a day' : `${daysLeft} days`;
        this.logger.warn(
          { company, credential: name, credentialId: id, secretId, expires, daysLeft, lastUsed },
          secretId === undefined
            ? `a token expires soon, in ${days}; give its client another one: ${this.commandOf(`token renew ${company} ${id}`)}`
            : `a client secret expires soon, in ${days}; give the client another one: ${this.commandOf(`client secret rotate ${company} ${id}`)}`,
        );
      }
    } catch (error) {
      this.logger.debug({ err: error }, 'it could not be looked for credentials that expire soon');
    }
  }
}
