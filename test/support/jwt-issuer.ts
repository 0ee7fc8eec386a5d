import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type NewIssuer } from '../../src/administration/issuer-administration.js';

interface SigningKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The claims of a token, valid or not. Those that are undefined are left out. */
export type Claims = Readonly<Record<string, unknown>>;

/** An identity provider that signs tokens and publishes its keys on the loopback address. */
export class JwtIssuer {
  /** How often the keys were requested. */
  requests = 0;
  /** Answers requests for the keys, if it is set. */
  answer: Answer | undefined;
  /** Ids of the published keys. */
  published: string[] = [];
  private readonly keys = new Map<string, SigningKey>();

  private constructor(
    readonly iss: string,
    private readonly server: Server,
  ) {}

  static async start(iss: string, ...algorithms: readonly string[]): Promise<JwtIssuer> {
    const server = createServer();
    const issuer = new JwtIssuer(iss, server);
    server.on('request', (request, response) => issuer.respond(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    for (const alg of algorithms) await issuer.addKey(alg, alg);
    return issuer;
  }

  get keysUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/keys`;
  }

  /** The issuer as a deployment trusts it, by the URL of its keys, for reading and writing in the lenient dialect. */
  registration(name: string, company: NewIssuer['company'], audience: string): NewIssuer {
    return {
      ...{ name, company, issuer: this.iss, audience, keys: { url: this.keysUrl } },
      requiredScope: null,
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
    };
  }

  async addKey(kid: string, alg: string): Promise<void> {
    const pair = await generateKeyPair(alg, { extractable: true });
    const jwk = { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' };
    this.keys.set(kid, { alg, ...pair, jwk });
    this.published.push(kid);
  }

  key(kid: string): SigningKey {
    return this.keys.get(kid)!;
  }

  keySet(): { readonly keys: readonly JWK[] } {
    return { keys: this.published.map((kid) => this.key(kid).jwk) };
  }

  /**
   * A signed token, which expires in five minutes unless the claims say otherwise.
   *
   * @param header replaces or adds header parameters
   * @param signedBy id of the key; by default the one that the header's `kid` names, else the first published one
   */
  sign(claims: Claims, header: Readonly<Record<string, unknown>> = {}, signedBy?: string): Promise<string> {
    const kid = signedBy ?? (header['kid'] as string | undefined) ?? this.published[0]!;
    const { alg, privateKey } = this.key(kid);
    return new SignJWT({ iss: this.iss, exp: now() + 300, ...claims })
      .setProtectedHeader({ alg, kid, ...header })
      .sign(privateKey, { crit: { 'urn:example:must': true } });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    this.requests += 1;
    if (this.answer) this.answer(request, response);
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify(this.keySet()));
  }
}

/** The present time in seconds since 1970, as in claims. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** A token in compact form, of any header, claims and signature. */
export const compact = (header: unknown, claims: unknown, signature = ''): string =>
  [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') +
  `.${signature}`;
