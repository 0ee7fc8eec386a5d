import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import {
  AuthenticationFailures,
  tooManyFailures,
  WINDOW_SECONDS,
} from '../access/authentication-failures.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { clientNetwork } from './client-network.js';

/** How many credentials that were valid lately are remembered. */
const REMEMBERED = 10_000;

/**
 * {@link AuthenticationFailures} of this process, by address. A credential that was valid lately is let through to be looked up
 * again, and to nothing more.
 */
@Injectable()
export class AddressFailures extends AuthenticationFailures {
  private readonly limiter: RateLimiterMemory;
  private readonly most: number;
  /** Hashes of the credentials that were valid; the one that was used last comes last. */
  private readonly valid = new Set<string>();

  constructor(@Inject(SETTINGS) { authFailureLimit }: Pick<Settings, 'authFailureLimit'>) {
    super();
    this.most = authFailureLimit;
    this.limiter = new RateLimiterMemory({ points: authFailureLimit, duration: WINDOW_SECONDS });
  }

  override async admit(address: string, credential: string | undefined): Promise<void> {
    const failures = await this.limiter.get(clientNetwork(address));
    if (failures === null || failures.consumedPoints < this.most) return;
    if (credential !== undefined && this.valid.has(hashOf(credential))) return;
    throw tooManyFailures(this.most, Math.max(1, Math.ceil(failures.msBeforeNext / 1000)));
  }

  override async note(address: string, credential: string | undefined, valid: boolean): Promise<void> {
    const hash = credential === undefined ? undefined : hashOf(credential);
    if (hash !== undefined) this.valid.delete(hash);
    if (!valid) {
      await this.limiter.penalty(clientNetwork(address));
      return;
    }
    if (hash === undefined) return;
    this.valid.add(hash);
    const [oldest] = this.valid;
    if (this.valid.size > REMEMBERED && oldest !== undefined) this.valid.delete(oldest);
  }
}

const hashOf = (credential: string): string =>
  createHash('sha256').update(credential, 'utf8').digest('base64');
