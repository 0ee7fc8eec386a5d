import { hashAccessToken, makeAccessToken } from '../../access/access-token.js';
import { ConsoleSession as ConsoleSessionRow } from '../../persistence/entities/console-session.entity.js';
import { type AdminCredential, type AdminCredentials } from '../admin-credentials.js';
import { AdministrationError } from '../administration.error.js';
import { isInForce } from '../credential-administration.js';
import { type OwnerConnection } from '../owner-connection.js';
import { isRowId, type ListPart } from '../rows.js';
import { type ConsoleLink, type ConsoleLinks, toLink } from './console-links.js';
import { shownId } from '../shown-id.js';

const HOUR_MS = 3_600_000;
/** How long a session waits for the next call, and how long it lasts at most. */
const IDLE_MS = 8 * HOUR_MS;
const LONGEST_MS = 7 * 24 * HOUR_MS;
/** How often a use is written, at most. */
const USE_INTERVAL_MS = 60_000;
const MAX_CLIENT_LENGTH = 100;
/** How many sessions of one holder there are; a further one ends the oldest. */
const MOST_SESSIONS = 50;

/** For whom a session calls. What it may do is looked up at each call. */
export type SessionHolder =
  | { readonly kind: 'adminToken' }
  | { readonly kind: 'credential'; readonly credential: AdminCredential }
  | { readonly kind: 'link'; readonly link: ConsoleLink };

/** A session of the console, without its secret. Times are ISO 8601 in UTC. */
export interface ConsoleSession {
  readonly id: string;
  readonly holder: SessionHolder;
  readonly created: string;
  /** To the minute. */
  readonly lastUsed: string;
  /** When it ends if nothing is called any more. */
  readonly expires: string;
  /** The User-Agent of its last call; null if there was none. */
  readonly client: string | null;
}

/** The column that names the holder, with its value. */
type HolderColumn =
  { readonly adminTokenHash: Buffer } | { readonly credentialId: string } | { readonly linkId: string };

/** Who has signed in to the console. Of the secrets, only hashes are kept. */
export class ConsoleSessions {
  constructor(
    private readonly connection: OwnerConnection,
    private readonly credentials: AdminCredentials,
    private readonly links: ConsoleLinks,
  ) {}

  /** @param adminToken the hash of `ADMIN_TOKEN` */
  openByAdminToken(adminToken: Buffer): Promise<ConsoleSession & { readonly secret: string }> {
    return this.open({ adminTokenHash: hashOfHash(adminToken) }, adminToken);
  }

  /** @param id of an admin credential that is in force */
  openByCredential(id: string, adminToken: Buffer): Promise<ConsoleSession & { readonly secret: string }> {
    return this.open({ credentialId: id }, adminToken);
  }

  /**
   * Begins a session by a link, which is used up by that.
   *
   * @param hash SHA-256 of the link's secret
   * @returns undefined where no link of this hash can be used
   */
  openByLink(
    hash: Buffer,
    adminToken: Buffer,
  ): Promise<(ConsoleSession & { readonly secret: string }) | undefined> {
    return this.connection.inTransaction(async () => {
      const link = await this.links.use(hash);
      return link && this.open({ linkId: link.id }, adminToken);
    });
  }

  /**
   * The session with this SHA-256 hash, whose use is noted; undefined where there is none, or it has ended.
   *
   * @param client the name that the browser gives itself, of printable characters
   */
  async use(
    hash: Buffer,
    adminToken: Buffer,
    client: string | undefined,
  ): Promise<ConsoleSession | undefined> {
    const row = await this.query().where('s.hash = :hash', { hash }).getOne();
    const session = row && (await this.describe(row, adminToken));
    if (!row || !session) return undefined;
    const isFirst = row.client === null && client !== undefined;
    if (isFirst || Date.now() - row.lastUsed.getTime() > USE_INTERVAL_MS) {
      const used = { lastUsed: () => 'now()', client: client?.slice(0, MAX_CLIENT_LENGTH) ?? null };
      await this.connection.repository(ConsoleSessionRow).update({ id: row.id }, used);
    }
    return session;
  }

  /** The sessions that have not ended, or a part of them, in the order of their ids. */
  async list(adminToken: Buffer, { after, limit }: ListPart): Promise<readonly ConsoleSession[]> {
    const found: ConsoleSession[] = [];
    let last = after;
    for (;;) {
      const query = this.query().take(limit);
      if (last !== undefined) query.where('s.id > :last', { last });
      const rows = await query.getMany();
      for (const row of rows) {
        const session = await this.describe(row, adminToken);
        if (session) found.push(session);
      }
      if (found.length >= limit || rows.length < limit) return found.slice(0, limit);
      last = rows.at(-1)?.id;
    }
  }

  /** @throws AdministrationError where there is no session of this id */
  async show(id: string, adminToken: Buffer): Promise<ConsoleSession> {
    const row = isRowId(id) ? await this.query().where('s.id = :id', { id }).getOne() : null;
    const session = row && (await this.describe(row, adminToken));
    if (!session) throw new AdministrationError(`There is no session ${shownId(id)}.`, 'unknown');
    return session;
  }

  /** Ends a session: its next call is refused. */
  async end(id: string): Promise<void> {
    await this.connection.repository(ConsoleSessionRow).delete({ id });
  }

  private open(
    holder: HolderColumn,
    adminToken: Buffer,
  ): Promise<ConsoleSession & { readonly secret: string }> {
    return this.connection.inTransaction(async () => {
      const secret = makeAccessToken(await this.connection.cell(), 'session');
      await this.removeEnded();
      const stored = { ...holder, hash: hashAccessToken(secret) };
      const { identifiers } = await this.connection.repository(ConsoleSessionRow).insert(stored);
      const { id } = identifiers[0] as { id: string };
      await this.removeOldest(holder);
      return { ...(await this.show(id, adminToken)), secret };
    });
  }

  private async removeEnded(): Promise<void> {
    await this.connection.query(
      'DELETE FROM console_sessions WHERE last_used < $1 OR created < $2',
      [IDLE_MS, LONGEST_MS].map((age) => new Date(Date.now() - age)),
    );
  }

  private async removeOldest(holder: HolderColumn): Promise<void> {
    const rows = this.connection.repository(ConsoleSessionRow);
    const order = { id: 'DESC' } as const;
    const oldest = await rows.find({ select: { id: true }, where: holder, order, skip: MOST_SESSIONS });
    if (oldest.length > 0) await rows.delete(oldest.map(({ id }) => id));
  }

  /** Undefined where the session has ended, or the credential or link that it stands for. */
  private async describe(row: ConsoleSessionRow, adminToken: Buffer): Promise<ConsoleSession | undefined> {
    const ends = Math.min(row.lastUsed.getTime() + IDLE_MS, row.created.getTime() + LONGEST_MS);
    if (ends <= Date.now()) return undefined;
    const holder = await this.holderOf(row, adminToken);
    return (
      holder && {
        id: row.id,
        holder,
        created: row.created.toISOString(),
        lastUsed: row.lastUsed.toISOString(),
        expires: new Date(ends).toISOString(),
        client: row.client,
      }
    );
  }

  private async holderOf(
    { adminTokenHash, credentialId, link }: ConsoleSessionRow,
    adminToken: Buffer,
  ): Promise<SessionHolder | undefined> {
    if (adminTokenHash) {
      return adminTokenHash.equals(hashOfHash(adminToken)) ? { kind: 'adminToken' } : undefined;
    }
    if (link) return link.revoked === null ? { kind: 'link', link: toLink(link) } : undefined;
    if (credentialId === null) return undefined;
    const credential = await this.credentials.show(credentialId);
    return isInForce(credential) ? { kind: 'credential', credential } : undefined;
  }

  private query() {
    return this.connection
      .repository(ConsoleSessionRow)
      .createQueryBuilder('s')
      .leftJoinAndSelect('s.link', 'l')
      .leftJoinAndSelect('l.company', 'c')
      .orderBy('s.id', 'ASC');
  }
}

/** The hash of a hash: what the table holds is neither `ADMIN_TOKEN` nor the hash that a request's token is compared with. */
const hashOfHash = (hash: Buffer): Buffer => hashAccessToken(hash.toString('base64'));
