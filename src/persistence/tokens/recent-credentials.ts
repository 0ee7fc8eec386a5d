import { type Credential } from '../../access/credential.js';
import { type RememberedCredential } from '../../scim/remembered-credential.js';

/** How long a credential is remembered: what it saves is the look-ups of clients that send many requests. */
const LIFETIME_MS = 30_000;
/** How many credentials are remembered. */
const MOST = 10_000;

type State = Omit<RememberedCredential, 'hash' | 'confirmed'>;

interface Recent {
  readonly credential: Credential;
  readonly state: State;
  /** By `performance.now()`. */
  readonly until: number;
}

/** Credentials that were looked up lately, by the hash of their tokens in hexadecimal digits. */
export class RecentCredentials {
  /** The one that was looked up last is behind all others. */
  private readonly recent = new Map<string, Recent>();

  recall(hash: Buffer): Credential | undefined {
    const key = hash.toString('hex');
    const found = this.recent.get(key);
    if (found === undefined) return undefined;
    if (found.until > performance.now()) {
      return { ...found.credential, remembered: { hash, ...found.state, confirmed: false } };
    }
    this.recent.delete(key);
    return undefined;
  }

  /** Replaces what is known; a credential whose requests are refused for the moment is not remembered. */
  note(key: string, credential: Credential | undefined, state: State | undefined): void {
    this.recent.delete(key);
    if (!credential || !state) return;
    const { suspended, pauseLeft, elsewhere } = credential.company;
    if (suspended || pauseLeft !== undefined || elsewhere !== undefined) return;
    this.recent.set(key, { credential, state, until: performance.now() + LIFETIME_MS });
    const [oldest] = this.recent.keys();
    if (this.recent.size > MOST && oldest !== undefined) this.recent.delete(oldest);
  }
}
