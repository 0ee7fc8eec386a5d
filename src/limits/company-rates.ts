import cluster from 'node:cluster';
import {
  BurstyRateLimiter,
  RateLimiterCluster,
  RateLimiterMemory,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { type Settings } from '../config/settings.js';

/** In how many seconds a company may use its burst once. */
const BURST_SECONDS = 10;
/** A sender that does not wait when it is refused is granted its rate in so many parts of a second. */
const PARTS_OF_A_SECOND = 10;
/** How long the main process may take to answer, in milliseconds. */
const CLUSTER_TIMEOUT_MS = 500;

/** How many requests a company may send: in each second, and on top of that in ten seconds. */
interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** How much is left of a company's rate after a request. */
export interface Standing {
  readonly rate: Rate;
  /** Whether the request is one too many. */
  readonly isOver: boolean;
  /** How many requests are left in this second, without the burst. */
  readonly remaining: number;
  /** In how many seconds there will be more, at least 1. */
  readonly seconds: number;
  /** The same in milliseconds, as exactly as it is known. */
  readonly milliseconds: number;
}

interface Limiters {
  readonly rate: Rate;
  /** Bounds what is granted in a part of a second. */
  readonly parts: RateLimiterMemory;
  readonly shared: BurstyRateLimiter;
  /** Counts in this process alone, with its share of the rate. */
  readonly own: BurstyRateLimiter;
}

type RateSettings = Pick<Settings, 'rateLimit' | 'rateBurst' | 'workers'>;

/**
 * Counts the requests of companies. With several worker processes the main process counts for all of them, since a client
 * with one connection reaches only one worker; while it does not answer, each goes by its share.
 */
export class CompanyRates {
  private readonly limiters = new Map<number, Limiters>();

  constructor(private readonly settings: RateSettings) {}

  /**
   * Counts a request.
   *
   * @param perSecond the company's own rate, where it has one; its burst is in proportion
   * @param evenly whether the rate is granted in parts of a second, so that it does not come at once in front of others
   */
  async count(companyId: string, perSecond = this.settings.rateLimit, evenly = false): Promise<Standing> {
    const { rate, parts, shared, own } = this.limitersOf(perSecond);
    if (evenly) {
      const part = await consume(parts, companyId);
      if (part.isOver) return standingOf(rate, part);
    }
    return standingOf(rate, await consume(shared, companyId).catch(() => consume(own, companyId)));
  }

  private limitersOf(perSecond: number): Limiters {
    const known = this.limiters.get(perSecond);
    if (known) return known;
    const { rateLimit, rateBurst, workers } = this.settings;
    const rate = { perSecond, burst: Math.round((perSecond * rateBurst) / rateLimit) };
    const own = burstyOf(rate, (options) => {
      const points = Math.ceil(options.points / workers);
      return new RateLimiterMemory({ ...options, points });
    });
    const shared = cluster.isWorker
      ? burstyOf(rate, (options) => new RateLimiterCluster({ ...options, timeoutMs: CLUSTER_TIMEOUT_MS }))
      : own;
    const points = Math.ceil(perSecond / PARTS_OF_A_SECOND);
    const parts = new RateLimiterMemory({ points, duration: 1 / PARTS_OF_A_SECOND });
    const made = { rate, parts, shared, own };
    this.limiters.set(perSecond, made);
    return made;
  }
}

interface Options {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}

const burstyOf = (
  { perSecond, burst }: Rate,
  make: (options: Options) => RateLimiterAbstract,
): BurstyRateLimiter =>
  new BurstyRateLimiter(
    make({ keyPrefix: `rate-${perSecond}`, points: perSecond, duration: 1 }),
    make({ keyPrefix: `burst-${perSecond}`, points: burst, duration: BURST_SECONDS }),
  );

interface Consumed {
  readonly isOver: boolean;
  readonly result: RateLimiterRes;
}

function standingOf(rate: Rate, { isOver, result }: Consumed): Standing {
  const { msBeforeNext: milliseconds, remainingPoints: remaining } = result;
  return { rate, isOver, remaining, seconds: Math.max(1, Math.ceil(milliseconds / 1000)), milliseconds };
}

/** @throws Error where the main process does not answer */
async function consume(limiter: Pick<RateLimiterAbstract, 'consume'>, key: string): Promise<Consumed> {
  try {
    return { isOver: false, result: await limiter.consume(key) };
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return { isOver: true, result: refused };
    throw refused;
  }
}

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers-10 (§3, §4): lists of strings with parameters. `q` requests in `w`
 * seconds are granted, `r` are left, and there are more in `t` seconds.
 */
export function rateFields({ rate, remaining, seconds }: Standing): Readonly<Record<string, string>> {
  const { perSecond, burst } = rate;
  const bursts = burst === 0 ? '' : `, "burst";q=${burst};w=${BURST_SECONDS}`;
  return {
    'RateLimit-Policy': `"default";q=${perSecond};w=1${bursts}`,
    RateLimit: `"default";r=${remaining};t=${seconds}`,
  };
}
