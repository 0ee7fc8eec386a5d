import { In, IsNull, MoreThan, type Repository } from 'typeorm';
import { hashAccessToken, makeAccessToken } from '../access/access-token.js';
import { type AccessScope } from '../access/credential.js';
import { AccessToken as AccessTokenEntity } from '../persistence/entities/access-token.entity.js';
import { TokenActivity } from '../persistence/entities/token-activity.entity.js';
import { formatResourceId, readResourceId } from '../persistence/sql/resource-id.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { type CompanyChange } from '../persistence/journal/activity.js';
import { AdministrationError } from './administration.error.js';
import { type CredentialState, stateOf } from './credential-administration.js';
import { findCompanyId } from './find-company.js';
import { findUserId } from './find-resource.js';
import { isRowId, type ListPart } from './rows.js';
import { type OwnerConnection } from './owner-connection.js';
import { shownId } from './shown-id.js';

/** A token without its secret. */
export interface AccessToken extends CredentialState {
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** Id of the user that the token stands for; null if it stands for a client service. */
  readonly user: string | null;
}

/** A token to be issued. */
export interface NewToken {
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** Null if it never expires. */
  readonly expires: Date | null;
  /** userName or id of the user that the token is to stand for; undefined for a client service. */
  readonly user?: string;
}

/** What may be changed of a token. */
export interface TokenChanges {
  readonly name?: string;
  readonly dialect?: Dialect;
  /** Null for never. */
  readonly expires?: Date | null;
}

/** How a token is renewed. */
export interface Renewal {
  /** When the new one expires; null for never. */
  readonly expires: Date | null;
  /** How long the old one stays valid beside the new one. */
  readonly overlapDays: number;
}

/** A token together with its text, which is not stored and cannot be shown again. */
export type IssuedToken = AccessToken & { readonly secret: string };

/** The name of the token that is set by BOOTSTRAP_TOKEN. A start revokes all other tokens of this name. */
const BOOTSTRAP = 'bootstrap';

/**
 * The access tokens of companies that are made by hand; those that OAuth clients are issued are seen through the client.
 * All methods throw {@link AdministrationError} where there is no company of the slug or id,
 * or no token of the id in it.
 */
export class TokenAdministration {
  constructor(private readonly connection: OwnerConnection) {}

  async issueToken(company: string, token: NewToken): Promise<IssuedToken> {
    return this.connection.inTransaction(async () => {
      const secret = makeAccessToken(await this.connection.cell());
      const companyId = await findCompanyId(this.connection, company);
      const userId =
        token.user === undefined
          ? null
          : readResourceId(await findUserId(this.connection, companyId, token.user, 'invalid'));
      const made = await this.insertToken(companyId, hashAccessToken(secret), token, userId);
      await this.record(companyId, 'credential.issued', made);
      return { ...made, secret };
    });
  }

  /** Stores the hash of a token that is known to somebody, in the open transaction where there is one. */
  async insertToken(
    companyId: string,
    hash: Buffer,
    { name, dialect, scopes, expires }: NewToken,
    userId: string | null = null,
  ): Promise<AccessToken> {
    const row = { companyId, name, hash, dialect, scopes: [...scopes], expires, userId };
    const { identifiers } = await this.rows.insert(row);
    return this.readToken((identifiers[0] as { id: string }).id);
  }

  /** All tokens of a company, or a part of them, including revoked and expired ones, in the order of their ids. */
  async listTokens(
    company: string,
    { after, limit }: Partial<ListPart> = {},
  ): Promise<readonly AccessToken[]> {
    const companyId = await findCompanyId(this.connection, company);
    const found = await this.rows.find({
      where: { companyId, clientId: IsNull(), ...(after !== undefined && { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      ...(limit !== undefined && { take: limit }),
    });
    return this.describe(found);
  }

  /** @throws AdministrationError where the company has no such token */
  showToken(company: string, tokenId: string): Promise<AccessToken> {
    return this.withToken(company, tokenId, ({ id }) => this.readToken(id));
  }

  /** Changes the name, the dialect or the end of a token. Its secret stays the same. */
  updateToken(company: string, tokenId: string, changes: TokenChanges): Promise<AccessToken> {
    return this.withToken(company, tokenId, async ({ id, companyId }) => {
      const attributes = Object.entries(changes).flatMap(([name, value]) =>
        value === undefined ? [] : [name],
      );
      if (attributes.length > 0) await this.rows.update({ id }, changes);
      const changed = await this.readToken(id);
      if (attributes.length > 0) await this.record(companyId, 'credential.changed', changed, attributes);
      return changed;
    });
  }

  /**
   * Issues a token with the name, dialect, scopes and user of another one, which ends when the overlap is over, or
   * before that if it would have done so anyway.
   *
   * @throws AdministrationError where the old one is revoked, or has the name of BOOTSTRAP_TOKEN's: a start would revoke
   *   the new one
   */
  renewToken(
    company: string,
    tokenId: string,
    { expires, overlapDays }: Renewal,
  ): Promise<{ readonly issued: IssuedToken; readonly old: AccessToken }> {
    return this.withToken(company, tokenId, async (old) => {
      refuseRenewal(old, company);
      const secret = makeAccessToken(await this.connection.cell());
      const { name, dialect, scopes } = old;
      const hash = hashAccessToken(secret);
      const token = { name, dialect, scopes: scopes as AccessScope[], expires };
      const made = await this.insertToken(old.companyId, hash, token, old.userId);
      await this.rows
        .createQueryBuilder()
        .update()
        .set({ expires: () => 'least(expires, now() + make_interval(days => :overlapDays))' })
        .where('id = :id')
        .setParameters({ id: old.id, overlapDays })
        .execute();
      await this.record(old.companyId, 'credential.renewed', made);
      return { issued: { ...made, secret }, old: await this.readToken(old.id) };
    });
  }

  /** Revokes a token, with effect from the next request. A token that is revoked already keeps its time. */
  revokeToken(company: string, tokenId: string): Promise<AccessToken> {
    return this.withToken(company, tokenId, async ({ id, companyId }) => {
      const { affected } = await this.rows.update({ id, revoked: IsNull() }, { revoked: () => 'now()' });
      const revoked = await this.readToken(id);
      if (affected !== 0) await this.record(companyId, 'credential.revoked', revoked);
      return revoked;
    });
  }

  private record(
    companyId: string,
    operation: CompanyChange['operation'],
    { id, name, scopes, expires, user }: AccessToken,
    attributes: readonly string[] = [],
  ): Promise<void> {
    const detail = { kind: 'token', id, scopes, expires };
    return this.connection.record(companyId, {
      ...{ operation, display: name, attributes, detail },
      userId: user ?? undefined,
    });
  }

  /** Runs `work` in a transaction that has the token's row locked. */
  private withToken<T>(
    company: string,
    tokenId: string,
    work: (token: AccessTokenEntity) => Promise<T>,
  ): Promise<T> {
    return this.connection.change(async () => {
      const companyId = await findCompanyId(this.connection, company);
      const lock = { mode: 'for_no_key_update' } as const;
      const token = isRowId(tokenId)
        ? await this.rows.findOne({ where: { companyId, id: tokenId, clientId: IsNull() }, lock })
        : null;
      if (token === null) throw noSuchToken(company, tokenId);
      return work(token);
    });
  }

  private async readToken(id: string): Promise<AccessToken> {
    const [token] = await this.describe([await this.rows.findOneByOrFail({ id })]);
    return token!;
  }

  private async describe(tokens: readonly AccessTokenEntity[]): Promise<readonly AccessToken[]> {
    const tokenId = In(tokens.map(({ id }) => id));
    const activities = await this.connection.repository(TokenActivity).findBy({ tokenId });
    const byToken = new Map(activities.map((activity) => [activity.tokenId, activity]));
    return tokens.map((token) => toToken(token, byToken.get(token.id)));
  }

  private get rows(): Repository<AccessTokenEntity> {
    return this.connection.repository(AccessTokenEntity);
  }
}

function refuseRenewal({ id, name, revoked }: AccessTokenEntity, slug: string): void {
  if (revoked !== null) {
    throw new AdministrationError(
      `Token ${id} was revoked. Issue another one.`,
      'conflict',
      `token issue ${slug}`,
    );
  }
  if (name === BOOTSTRAP) {
    throw new AdministrationError(
      `Token ${id} has the name of BOOTSTRAP_TOKEN's, which a start replaces: set another value there.`,
      'conflict',
    );
  }
}

const noSuchToken = (slug: string, tokenId: string): AdministrationError =>
  new AdministrationError(
    `Company ${slug} has no token ${shownId(tokenId)}.`,
    'unknown',
    `token list ${slug}`,
  );

function toToken(token: AccessTokenEntity, activity: TokenActivity | undefined): AccessToken {
  const { dialect, userId } = token;
  const use = { lastUsed: activity?.lastUsed ?? null, client: activity?.client ?? null };
  const { id, name, ...state } = stateOf({ ...token, ...use });
  return {
    id,
    name,
    dialect,
    scopes: token.scopes as AccessScope[],
    ...state,
    user: userId === null ? null : formatResourceId(userId),
  };
}
