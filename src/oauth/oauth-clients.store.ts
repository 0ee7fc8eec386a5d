import { type AccessScope, type CallerCompany } from '../access/credential.js';

/** A secret that a client has shown. */
export interface ShownSecret {
  readonly id: string;
  readonly expires: Date;
  /** Null if it was not revoked. */
  readonly revoked: Date | null;
}

/** Whose signed assertions stand for a client. */
export interface FederatedCredential {
  readonly id: string;
  /** What the claims have to be; undefined for assertions that the client signs itself. */
  readonly assertedBy:
    | {
        readonly issuer: string;
        readonly subject: string;
        /** Undefined if `tid` is not looked at. */
        readonly tenant: string | undefined;
        readonly audiences: readonly string[];
      }
    | undefined;
  /** The URL of a JSON Web Key Set, or its text. */
  readonly keys: { readonly url: string } | { readonly text: string };
}

/** A client, with the settings of its company as they are at this moment. */
export interface OauthClient {
  /** Its `client_id`. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly AccessScope[];
  /** Since when it gets no tokens; null if it does. */
  readonly disabled: Date | null;
  readonly company: CallerCompany;
  /** The secret that was asked for, where the client has it or had it. */
  readonly secret: ShownSecret | undefined;
  readonly federatedCredentials: readonly FederatedCredential[];
}

/** What a client was authenticated by. */
export type Parent = { readonly secret: string } | { readonly federatedCredential: string };

/** An access token to be issued to a client. */
export interface NewClientToken {
  readonly clientId: string;
  readonly parent: Parent;
  /** SHA-256 of its text. */
  readonly hash: Buffer;
  readonly scopes: readonly AccessScope[];
  readonly lifetimeSeconds: number;
  /** How many tokens the client may have with this one; the oldest of more than that end. */
  readonly most: number;
  /** The client's name for itself; see `RequestFacts.client`. */
  readonly userAgent: string | undefined;
}

/** The clients that may ask for tokens. */
export abstract class OauthClientsStore {
  /**
   * The client with this `client_id`, or undefined if there is none, or its company was removed. An id of another form
   * is nobody's.
   *
   * @param secretHash SHA-256 of the secret that it shows, where it shows one
   */
  abstract find(clientId: string, secretHash: Buffer | undefined): Promise<OauthClient | undefined>;

  /**
   * Issues a token, and notes the use of the client and of what it was authenticated by.
   *
   * @returns false where the client, or the secret or federated credential, has ended meanwhile: then nothing was issued
   */
  abstract issueToken(token: NewClientToken): Promise<boolean>;

  /** Whether there is a client that signs assertions with keys of its own. */
  abstract hasClientKeys(): Promise<boolean>;
}
