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

/** How many credentials that were valid lately are remembered, and how many of one holder. */
const REMEMBERED = 10_000;
const REMEMBERED_OF_HOLDER = 200;

/**
 * {@link AuthenticationFailures} of this process, by address. A credential that was valid lately is let through to be looked up
 * again, and to nothing more.
 */
@Injectable()
export class AddressFailures extends AuthenticationFailures {
  private readonly limiter: RateLimiterMemory;
  private readonly most: number;
  /** The holders of credentials that were valid, by the hashes of these; the one that was used last comes last. */
  private readonly valid = new Map<string, string>();
  /** The same hashes by their holders, so that nobody pushes out those of others. */
  private readonly byHolder = new Map<string, Set<string>>();

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

  override async note(
    address: string,
    credential: string | undefined,
    holder: string | undefined,
  ): Promise<void> {
    const hash = credential === undefined ? undefined : hashOf(credential);
    if (hash !== undefined) this.forget(hash);
    if (holder === undefined) {
      await this.limiter.penalty(clientNetwork(address));
      return;
    }
    if (hash === undefined) return;
    const own = this.byHolder.get(holder) ?? new Set();
    this.byHolder.set(holder, own.add(hash));
    this.valid.set(hash, holder);
    const [oldestOfHolder] = own;
    if (own.size > REMEMBERED_OF_HOLDER && oldestOfHolder !== undefined) this.forget(oldestOfHolder);
    const [oldest] = this.valid.keys();
    if (this.valid.size > REMEMBERED && oldest !== undefined) this.forget(oldest);
  }

  override holderOf(credential: string): string | undefined {
    return this.valid.get(hashOf(credential));
  }

  private forget(hash: string): void {
    const holder = this.valid.get(hash) ?? '';
    const own = this.byHolder.get(holder);
    this.valid.delete(hash);
    own?.delete(hash);
    if (own?.size === 0) this.byHolder.delete(holder);
  }
}

const hashOf = (credential: string): string =>
  createHash('sha256').update(credential, 'utf8').digest('base64');
