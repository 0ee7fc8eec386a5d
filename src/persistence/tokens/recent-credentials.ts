import { type CallerCompany } from '../../access/credential.js';
import { type RememberedCredential } from '../../scim/remembered-credential.js';

/** How long a credential is remembered: what it saves is the look-ups of clients that send many requests. */
const LIFETIME_MS = 30_000;
/** How many credentials are remembered. */
const MOST = 10_000;

type State = Omit<RememberedCredential, 'confirmed'>;

/** A credential for one company. */
interface ForCompany {
  readonly company: CallerCompany | undefined;
  readonly remembered?: RememberedCredential;
}

interface Recent<C> {
  /** Without a state that it may have had itself: that of the one that is recalled has to be confirmed. */
  readonly credential: Omit<C, 'remembered'>;
  readonly state: State;
  /** By `performance.now()`. */
  readonly until: number;
}

/** Credentials that were looked up lately, by the keys of their look-ups. */
export class RecentCredentials<C extends ForCompany> {
  /** The one that was looked up last is behind all others. */
  private readonly recent = new Map<string, Recent<C>>();

  recall(key: string): C | undefined {
    const found = this.recent.get(key);
    if (found === undefined) return undefined;
    if (found.until > performance.now()) {
      return { remembered: { confirmed: false, ...found.state }, ...found.credential } as unknown as C;
    }
    this.recent.delete(key);
    return undefined;
  }

  /** Replaces what is known. Where there is no company, or its requests are refused for the moment, nothing is remembered. */
  note(key: string, credential: C | undefined, state: State | undefined): void {
    this.recent.delete(key);
    if (!credential?.company || !state) return;
    const { suspended, pauseLeft, elsewhere } = credential.company;
    if (suspended || pauseLeft !== undefined || elsewhere !== undefined) return;
    const { remembered: _remembered, ...lookedUp } = credential;
    this.recent.set(key, { credential: lookedUp, state, until: performance.now() + LIFETIME_MS });
    const [oldest] = this.recent.keys();
    if (this.recent.size > MOST && oldest !== undefined) this.recent.delete(oldest);
  }
}
