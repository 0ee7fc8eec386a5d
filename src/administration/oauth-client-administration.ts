import { type FindOptionsWhere, In, IsNull, MoreThan, Raw, type Repository } from 'typeorm';
import { hashClientSecret, isClientId, makeClientId, makeClientSecret } from '../access/client-secret.js';
import { type AccessScope } from '../access/credential.js';
import { AccessToken } from '../persistence/entities/access-token.entity.js';
import { OauthClientSecret } from '../persistence/entities/oauth-client-secret.entity.js';
import { OauthClient as ClientRow } from '../persistence/entities/oauth-client.entity.js';
import { OauthFederatedCredential } from '../persistence/entities/oauth-federated-credential.entity.js';
import { type CompanyChange } from '../persistence/journal/activity.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { AdministrationError } from './administration.error.js';
import { daysUntil } from './days-until.js';
import { checkFederation, type NewFederatedCredential } from './federated-credential.js';
import { findCompanyId } from './find-company.js';
import { readKeySet, requireKeysUrl } from './issuer-keys-check.js';
import {
  type ClientSecret,
  type FederatedCredential,
  type OauthClient,
  toClient,
  toFederated,
  toSecret,
} from './oauth-client.js';
import { type OwnerConnection } from './owner-connection.js';
import { isRowId } from './rows.js';
import { shownId } from './shown-id.js';

/** A part of the list of clients. */
export interface ClientsPart {
  /** The client behind which it begins; undefined for the first part. */
  readonly after?: { readonly created: Date; readonly id: string } | undefined;
  readonly limit?: number;
}

/** A client to be made. */
export interface NewOauthClient {
  readonly name: string;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** When its first secret expires; null for a client without one, which shows assertions. */
  readonly secretExpires: Date | null;
}

/** A new secret together with its text, which is not stored and cannot be shown again. */
export interface IssuedSecret extends ClientSecret {
  readonly secret: string;
}

/** How a secret is replaced. */
export interface SecretRotation {
  readonly expires: Date;
  /** How long the others stay valid beside the new one. */
  readonly overlapDays: number;
}

/** A secret that is good for longer is good for ever: gallery applications replace theirs every one to three years. */
const LONGEST_LIFE_DAYS = 3 * 366;
const DAY_MS = 86_400_000;
/** How many secrets of a client may be in force, and how many federated credentials it may have. */
const MOST_CREDENTIALS = 20;

/**
 * The OAuth clients of companies, their secrets and federated credentials. All methods throw {@link AdministrationError}
 * where there is no company of the slug or id, or nothing of the id in it.
 */
export class OauthClientAdministration {
  constructor(private readonly connection: OwnerConnection) {}

  /** @returns the client, and its first secret where it has one */
  async createClient(
    slug: string,
    { name, dialect, scopes, secretExpires }: NewOauthClient,
  ): Promise<{ readonly client: OauthClient; readonly issued: IssuedSecret | undefined }> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = makeClientId();
    return this.connection.inTransaction(async () => {
      await this.clients.insert({ id, companyId, name, dialect, scopes: [...scopes] });
      const issued = secretExpires ? await this.insertSecret(id, secretExpires) : undefined;
      const detail = { kind: 'client', id, scopes, secret: issued?.id ?? null };
      await this.connection.record(companyId, { operation: 'credential.issued', display: name, detail });
      return { client: await this.readClient(companyId, id), issued };
    });
  }

  /** The `client_id` of a client that is named by it, or by a name that no other client of the company has. */
  async idOf(slug: string, named: string): Promise<string> {
    if (isClientId(named)) return named;
    const [found, other] = (await this.listClients(slug)).filter(({ name }) => name === named);
    if (!found) throw noSuchClient(slug, named);
    if (!other) return found.id;
    throw new AdministrationError(
      `Company ${slug} has several clients ${JSON.stringify(named)}; name one by its client id.`,
      'conflict',
      `client list ${slug}`,
    );
  }

  /** All clients of a company, or a part of them, disabled ones too, in the order in which they were made. */
  async listClients(slug: string, part: ClientsPart = {}): Promise<readonly OauthClient[]> {
    return this.readClients(await findCompanyId(this.connection, slug), part);
  }

  async showClient(slug: string, clientId: string): Promise<OauthClient> {
    const companyId = await findCompanyId(this.connection, slug);
    const [client] = await this.readClients(companyId, { clientId });
    if (!client) throw noSuchClient(slug, clientId);
    return client;
  }

  /** Adds a secret beside those that there are. */
  addSecret(slug: string, clientId: string, expires: Date): Promise<IssuedSecret> {
    return this.change(slug, clientId, ['credential.renewed', 'a secret was added'], () =>
      this.insertSecret(clientId, expires),
    );
  }

  /**
   * Adds a secret, and lets all others end when the overlap is over, or before that if they would have done so anyway.
   * Tokens that were issued by them live on to their own end.
   *
   * @returns the new secret, and the client as it is now
   */
  rotateSecret(
    slug: string,
    clientId: string,
    { expires, overlapDays }: SecretRotation,
  ): Promise<{ readonly client: OauthClient; readonly issued: IssuedSecret }> {
    return this.change(
      slug,
      clientId,
      ['credential.renewed', 'the secrets were rotated'],
      async (companyId) => {
        await this.secrets
          .createQueryBuilder()
          .update()
          .set({ expires: () => 'least(expires, now() + make_interval(days => :overlapDays))' })
          .where({ clientId, revoked: IsNull() })
          .setParameters({ overlapDays })
          .execute();
        const issued = await this.insertSecret(clientId, expires);
        return { client: await this.readClient(companyId, clientId), issued };
      },
    );
  }

  /** Revokes a secret and all tokens that were issued by it, with effect from the next request. */
  revokeSecret(slug: string, clientId: string, secretId: string): Promise<ClientSecret> {
    return this.change(slug, clientId, ['credential.revoked', 'a secret was revoked'], async () => {
      const secret = { clientId, id: secretId };
      if (!isRowId(secretId) || !(await this.secrets.existsBy(secret))) {
        throw nothingOf(slug, clientId, `secret ${shownId(secretId)}`);
      }
      await this.secrets.update({ ...secret, revoked: IsNull() }, { revoked: () => 'now()' });
      await this.revokeTokens({ clientId, secretId });
      return toSecret(await this.secrets.findOneByOrFail(secret));
    });
  }

  /** Refuses the client, and all tokens that it has, from the next request on. */
  disableClient(slug: string, clientId: string): Promise<OauthClient> {
    return this.change(
      slug,
      clientId,
      ['credential.changed', 'the client was disabled'],
      async (companyId) => {
        await this.clients.update({ id: clientId, disabled: IsNull() }, { disabled: () => 'now()' });
        await this.revokeTokens({ clientId });
        return this.readClient(companyId, clientId);
      },
    );
  }

  /** Lets the client ask for tokens again. Those that it had stay revoked. */
  enableClient(slug: string, clientId: string): Promise<OauthClient> {
    return this.change(
      slug,
      clientId,
      ['credential.changed', 'the client was enabled'],
      async (companyId) => {
        await this.clients.update({ id: clientId }, { disabled: null });
        return this.readClient(companyId, clientId);
      },
    );
  }

  /** Removes the client with its secrets, federated credentials and tokens. */
  deleteClient(slug: string, clientId: string): Promise<void> {
    return this.change(slug, clientId, ['credential.revoked', 'the client was deleted'], async () => {
      await this.clients.delete({ id: clientId });
    });
  }

  /**
   * Lets assertions stand for the client that another issuer signs, or the client itself.
   *
   * @throws AdministrationError where a value or the keys are not allowed
   */
  async addFederatedCredential(
    slug: string,
    clientId: string,
    credential: NewFederatedCredential,
  ): Promise<FederatedCredential> {
    const { keys } = credential;
    checkFederation(credential);
    if ('url' in keys) requireKeysUrl(keys.url);
    const keySet = 'url' in keys ? null : await readKeySet(keys.text);
    const { issuer = null, subject = null, tenant = null, audiences = [] } = credential.assertedBy ?? {};
    return this.change(
      slug,
      clientId,
      ['credential.changed', 'a federated credential was added'],
      async () => {
        requireRoom(clientId, 'federated credentials', await this.federated.countBy({ clientId }));
        const jwksUrl = 'url' in keys ? keys.url : null;
        const row = { clientId, issuer, subject, tenant, audiences: [...audiences], jwksUrl, keys: keySet };
        const { identifiers } = await this.federated.insert(row);
        return toFederated(await this.federated.findOneByOrFail(identifiers[0]!));
      },
    );
  }

  /** Removes a federated credential and all tokens that were issued by it, with effect from the next request. */
  removeFederatedCredential(slug: string, clientId: string, id: string): Promise<void> {
    return this.change(
      slug,
      clientId,
      ['credential.changed', 'a federated credential was removed'],
      async () => {
        const { affected } = isRowId(id) ? await this.federated.delete({ clientId, id }) : { affected: 0 };
        if (affected === 0) throw nothingOf(slug, clientId, `federated credential ${shownId(id)}`);
      },
    );
  }

  /**
   * Runs a change of one client in one transaction, which holds the client: no token is issued to it meanwhile.
   *
   * @param change what the journal calls it, and says of it
   * @param work gets the company's id
   */
  private async change<T>(
    slug: string,
    clientId: string,
    [operation, message]: readonly [operation: CompanyChange['operation'], message: string],
    work: (companyId: string) => Promise<T>,
  ): Promise<T> {
    const companyId = await findCompanyId(this.connection, slug);
    return this.connection.inTransaction(async () => {
      const client = isClientId(clientId)
        ? await this.clients.findOne({
            where: { companyId, id: clientId },
            lock: { mode: 'pessimistic_write' },
          })
        : null;
      if (client === null) throw noSuchClient(slug, clientId);
      const result = await work(companyId);
      const detail = { kind: 'client', id: clientId, message };
      await this.connection.record(companyId, { operation, display: client.name, detail });
      return result;
    });
  }

  private async insertSecret(clientId: string, expires: Date): Promise<IssuedSecret> {
    if (daysUntil(expires) > LONGEST_LIFE_DAYS) {
      throw new AdministrationError(
        `A client secret expires after three years (${LONGEST_LIFE_DAYS} days) at most, by ${new Date(
          Date.now() + LONGEST_LIFE_DAYS * DAY_MS,
        )
          .toISOString()
          .slice(0, 10)}.`,
      );
    }
    // Ends are kept to the millisecond: one that is now may have been rounded up.
    const isAhead = Raw((column) => `${column} > now() + interval '1 millisecond'`);
    const inForce = await this.secrets.countBy({ clientId, revoked: IsNull(), expires: isAhead });
    requireRoom(clientId, 'secrets in force', inForce);
    const secret = makeClientSecret();
    const { identifiers } = await this.secrets.insert({ clientId, hash: hashClientSecret(secret), expires });
    return { ...toSecret(await this.secrets.findOneByOrFail(identifiers[0]!)), secret };
  }

  private async revokeTokens(which: {
    readonly clientId: string;
    readonly secretId?: string;
  }): Promise<void> {
    await this.connection
      .repository(AccessToken)
      .update({ ...which, revoked: IsNull() }, { revoked: () => 'now()' });
  }

  private async readClient(companyId: string, clientId: string): Promise<OauthClient> {
    return (await this.readClients(companyId, { clientId }))[0]!;
  }

  /** @param which part of the clients, or a single one */
  private async readClients(
    companyId: string,
    { clientId, after, limit }: ClientsPart & { readonly clientId?: string },
  ): Promise<readonly OauthClient[]> {
    if (clientId !== undefined && !isClientId(clientId)) return [];
    const found = await this.clients.find({
      where: clientId === undefined ? behind(companyId, after) : { companyId, id: clientId },
      order: { created: 'ASC', id: 'ASC' },
      ...(limit !== undefined && { take: limit }),
    });
    const parts = { where: { clientId: In(found.map(({ id }) => id)) }, order: { id: 'ASC' } } as const;
    const secrets = await this.secrets.find(parts);
    const federated = await this.federated.find(parts);
    return found.map((client) => {
      const isOfIt = (part: { readonly clientId: string }): boolean => part.clientId === client.id;
      return toClient(client, secrets.filter(isOfIt), federated.filter(isOfIt));
    });
  }

  private get clients(): Repository<ClientRow> {
    return this.connection.repository(ClientRow);
  }

  private get secrets(): Repository<OauthClientSecret> {
    return this.connection.repository(OauthClientSecret);
  }

  private get federated(): Repository<OauthFederatedCredential> {
    return this.connection.repository(OauthFederatedCredential);
  }
}

/** The clients of a company that come behind one of them, or all. */
function behind(companyId: string, after: ClientsPart['after']): FindOptionsWhere<ClientRow>[] {
  if (after === undefined) return [{ companyId }];
  const { created, id } = after;
  return [
    { companyId, created: MoreThan(created) },
    { companyId, created, id: MoreThan(id) },
  ];
}

/** @throws AdministrationError where a client has as many of something as it may */
function requireRoom(clientId: string, what: string, count: number): void {
  if (count < MOST_CREDENTIALS) return;
  throw new AdministrationError(
    `Client ${clientId} has ${MOST_CREDENTIALS} ${what}, the most there may be; end one of them first.`,
    'conflict',
  );
}

const noSuchClient = (slug: string, clientId: string): AdministrationError =>
  new AdministrationError(
    `Company ${slug} has no client ${shownId(clientId)}.`,
    'unknown',
    `client list ${slug}`,
  );

const nothingOf = (slug: string, clientId: string, what: string): AdministrationError =>
  new AdministrationError(`Client ${clientId} has no ${what}.`, 'unknown', `client show ${slug} ${clientId}`);
