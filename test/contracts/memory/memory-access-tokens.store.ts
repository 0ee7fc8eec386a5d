import {
  AccessTokensStore,
  type ExpiringCount,
  type ExpiringCredential,
  type SilentCompany,
} from '../../../src/access/access-tokens.store.js';
import { type CallerCompany, type Credential } from '../../../src/access/credential.js';
import { type RefusedCredential } from '../../../src/scim/request-facts.js';

/** A token that was issued. */
export interface TokenRow extends Omit<Credential, 'company'> {
  readonly companyId: string;
  readonly expires: Date | null;
  readonly revoked: Date | null;
}

const DAY_MS = 86_400_000;
const WARNED_MS = 30 * DAY_MS;

/** Access tokens in memory. */
export class MemoryAccessTokensStore extends AccessTokensStore {
  private readonly warned = new Set<string>();

  /**
   * @param companies by id
   * @param tokens by the SHA-256 hash of the secret in hexadecimal digits
   */
  constructor(
    private readonly companies: ReadonlyMap<string, CallerCompany>,
    private readonly tokens: ReadonlyMap<string, TokenRow>,
  ) {
    super();
  }

  override recall(): undefined {
    return undefined;
  }

  override async claimExpiryWarnings(): Promise<readonly ExpiringCredential[]> {
    return this.expiring(WARNED_MS)
      .filter(({ id }) => !this.warned.has(id) && this.warned.add(id))
      .sort((a, b) => a.expires.getTime() - b.expires.getTime());
  }

  /** Nobody notes when tokens are used here. */
  override async claimSilences(): Promise<readonly SilentCompany[]> {
    return [];
  }

  override async countExpiring(): Promise<readonly ExpiringCount[]> {
    return [1, 7, 30].map((days) => ({ days, credentials: this.expiring(days * DAY_MS).length }));
  }

  private expiring(within: number): ExpiringCredential[] {
    const tokens = [...this.tokens.values()];
    return tokens.flatMap((token) => {
      const { id, name, companyId, expires, revoked } = token;
      const company = this.companies.get(companyId)?.slug;
      if (!company || !expires || revoked || tokens.some((other) => succeeds(other, token, expires)))
        return [];
      const left = expires.getTime() - Date.now();
      return left > 0 && left <= within ? [{ id, name, company, expires, lastUsed: null }] : [];
    });
  }

  override async findByHash(hash: Buffer): Promise<Credential | undefined> {
    const token = this.tokens.get(hash.toString('hex'));
    const company = token && this.companies.get(token.companyId);
    if (!company || token.revoked || (token.expires && token.expires <= new Date())) return undefined;
    const { id, name, dialect, scopes, userId } = token;
    return { id, name, dialect, scopes, company, ...(userId !== undefined && { userId }) };
  }

  override async findRefused(hash: Buffer): Promise<RefusedCredential | undefined> {
    const token = this.tokens.get(hash.toString('hex'));
    const company = token && this.companies.get(token.companyId);
    if (!company) return undefined;
    const { id, name, revoked, expires } = token;
    if (revoked) return { id, name, company: company.slug, reason: 'revoked', since: revoked };
    if (!expires || expires > new Date()) return undefined;
    return { id, name, company: company.slug, reason: 'expired', since: expires };
  }
}

/** Whether a token may do what another one may, in its name, when that has expired. */
const succeeds = (other: TokenRow, token: TokenRow, end: Date): boolean =>
  other.companyId === token.companyId &&
  other.name === token.name &&
  other.userId === token.userId &&
  token.scopes.every((scope) => other.scopes.includes(scope)) &&
  other.revoked === null &&
  (other.expires === null || other.expires > end);
