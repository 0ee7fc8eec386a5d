import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type AbortSignalLike } from '../../scim/abort-signal.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { BodyShares, type Share } from './body-shares.js';

/** Bodies up to this size have a share of their own, so that large ones do not stop them. */
const SMALL = 64 * 1024;
/** The share of small bodies, as a part of that of large ones. */
const SMALL_PART = 1 / 4;
/** How long a request waits for its turn, in milliseconds, and how many of a company may. */
const PATIENCE_MS = 5_000;
const MOST_WAITING = 100;

/** What the body of one request takes of the memory for all bodies. */
export interface BodyShare {
  /**
   * Asks for room for so many bytes in all.
   *
   * @throws UnavailableError where there is none for too long
   * @throws ClientGoneError where the request is given up meanwhile, or the share was released
   */
  reserve(bytes: number): Promise<void>;
  /** Says how large the body has become. */
  shrink(bytes: number): void;
  release(): void;
}

/**
 * Keeps the bytes of all bodies that are being read or worked on within bounds, of each company and of all.
 *
 * A body whose length is not known takes as much as a small one may have and, once it is larger, all that it may
 * become: so no two bodies wait for each other, each with a part of what it needs.
 */
@Injectable()
export class BodiesInFlight {
  /** Bodies over 64 KiB, and all others. */
  readonly large: Pick<BodyShares, 'usage' | 'take'>;
  readonly small: Pick<BodyShares, 'usage' | 'take'>;

  constructor(@Inject(SETTINGS) { bodiesInFlight, companyBodiesInFlight }: Settings) {
    const shares = (part: number): BodyShares =>
      new BodyShares({
        total: bodiesInFlight * part,
        perCompany: companyBodiesInFlight * part,
        patience: PATIENCE_MS,
        waiting: MOST_WAITING,
      });
    this.large = shares(1);
    this.small = shares(SMALL_PART);
  }

  /**
   * @param limit what the body may become
   * @param signal aborted when nobody waits for the answer any more
   */
  open(company: string, limit: number, signal?: AbortSignalLike): BodyShare {
    let share: Share | undefined;
    let reserved = 0;
    let isReleased = false;
    const reserve = async (bytes: number): Promise<void> => {
      // Beyond the limit the body is refused, so nothing more is kept of it.
      if (Math.min(bytes, limit) <= reserved) return;
      const isFirst = reserved === 0;
      const wanted = bytes <= SMALL || isFirst ? bytes : limit;
      const taken = await (wanted <= SMALL ? this.small : this.large).take(company, wanted, signal);
      // A body that has taken too long has released its share while it waited for this one.
      if (isReleased) {
        taken.release();
        throw new ClientGoneError();
      }
      share?.release();
      share = taken;
      reserved = wanted;
    };
    const release = (): void => {
      isReleased = true;
      share?.release();
    };
    return { reserve, shrink: (bytes) => share?.shrink(bytes), release };
  }
}

/** What is reserved before the first byte: the length that the request announces, as far as it can be believed. */
export function announcedBytes(length: number | undefined, isPacked: boolean): number {
  return length === undefined || isPacked ? SMALL : length;
}
