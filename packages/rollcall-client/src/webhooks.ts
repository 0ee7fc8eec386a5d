import { RollcallError } from './errors.js';

/** Why a webhook is not accepted. */
export type WebhookFault =
  'header missing' | 'header malformed' | 'too old' | 'too new' | 'signature wrong' | 'body malformed';

/** A webhook that must not be believed: answer 400, and do nothing of what it says. */
export class WebhookError extends RollcallError {
  constructor(
    readonly fault: WebhookFault,
    message: string,
  ) {
    super(message);
  }
}

/** The headers of a request: those of `fetch`, or an object as Node.js has it, with names in any case. */
export type WebhookHeaders =
  { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookVerifierOptions {
  /** The secrets of the endpoint, each `whsec_` and base64. During a rotation both the old and the new one. */
  readonly secrets: string | readonly string[];
  /** How far `webhook-timestamp` may be from this clock, in seconds, before and behind. 300 by default. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970. `Date.now` by default. */
  readonly now?: () => number;
}

/** A webhook that was signed with one of the secrets. */
export interface VerifiedWebhook<Payload> {
  /** `webhook-id`: the same at each attempt, so that whoever has seen it drops it. */
  readonly id: string;
  /** When this attempt was made. */
  readonly timestamp: Date;
  readonly payload: Payload;
}

const PREFIX = 'whsec_';
const VERSION = 'v1,';
/** A sender signs once for each secret, of which there are two during a rotation. */
const MOST_SIGNATURES = 16;
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;

/**
 * Verifies webhooks by Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, of which one signature has to fit one of
 * the secrets. WebCrypto compares in constant time.
 */
export class WebhookVerifier {
  private readonly secrets: readonly Uint8Array<ArrayBuffer>[];
  private readonly toleranceSeconds: number;
  private readonly now: () => number;
  private keys: Promise<readonly Key[]> | undefined;

  /** @throws TypeError where there is no secret, or one is not `whsec_` and base64 */
  constructor({ secrets, toleranceSeconds = 300, now = Date.now }: WebhookVerifierOptions) {
    const list = typeof secrets === 'string' ? [secrets] : secrets;
    if (list.length === 0) throw new TypeError('A webhook needs at least one secret to be verified with.');
    this.secrets = list.map(decodeSecret);
    this.toleranceSeconds = toleranceSeconds;
    this.now = now;
  }

  /**
   * Verifies a request and parses its body.
   *
   * @param headers `webhook-id`, `webhook-timestamp` and `webhook-signature` are read
   * @param body as it was received, before anything has parsed it: one space more, and no signature fits
   * @returns the payload, of the type that the caller says it has
   * @throws WebhookError where it must not be believed
   */
  async verify<Payload = unknown>(
    headers: WebhookHeaders,
    body: string | Uint8Array,
  ): Promise<VerifiedWebhook<Payload>> {
    const id = requireHeader(headers, 'webhook-id');
    const seconds = this.requireTimestamp(requireHeader(headers, 'webhook-timestamp'));
    const signatures = readSignatures(requireHeader(headers, 'webhook-signature'));
    const signed = joinBytes(encode(`${id}.${seconds}.`), typeof body === 'string' ? encode(body) : body);
    if (!(await this.isSigned(signed, signatures))) {
      throw new WebhookError(
        'signature wrong',
        `None of ${signatures.length} signatures fits. Is it the secret of this endpoint, and the body as it was received, unparsed?`,
      );
    }
    return { id, timestamp: new Date(seconds * 1000), payload: parseBody(body) as Payload };
  }

  private requireTimestamp(text: string): number {
    // Only the one spelling of a number, since the signature is over its text.
    if (!/^(0|[1-9]\d{0,11})$/.test(text)) {
      throw new WebhookError(
        'header malformed',
        `webhook-timestamp has to be seconds since 1970: ${quote(text)}`,
      );
    }
    const seconds = Number(text);
    const age = Math.floor(this.now() / 1000) - seconds;
    if (age > this.toleranceSeconds) {
      throw new WebhookError(
        'too old',
        `It was sent ${age} s ago, and ${this.toleranceSeconds} s are allowed: it may be a replay.`,
      );
    }
    if (-age > this.toleranceSeconds) {
      throw new WebhookError('too new', `It was sent ${-age} s in the future: compare the clocks.`);
    }
    return seconds;
  }

  private async isSigned(
    signed: Uint8Array<ArrayBuffer>,
    signatures: readonly Uint8Array<ArrayBuffer>[],
  ): Promise<boolean> {
    this.keys ??= Promise.all(
      this.secrets.map((secret) => crypto.subtle.importKey('raw', secret, HMAC, false, ['verify'])),
    );
    for (const key of await this.keys) {
      for (const signature of signatures) {
        if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true;
      }
    }
    return false;
  }
}

function decodeSecret(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith(PREFIX) ? decodeBase64(secret.slice(PREFIX.length)) : undefined;
  if (bytes === undefined || bytes.length === 0) {
    // Not the value, which would stand in a log then.
    throw new TypeError('The secret of a webhook is `whsec_` and base64, as Rollcall has shown it.');
  }
  return bytes;
}

function requireHeader(headers: WebhookHeaders, name: string): string {
  const value = readHeader(headers, name);
  if (value === undefined || value === '') {
    throw new WebhookError('header missing', `The header ${name} is missing: is it a webhook of Rollcall?`);
  }
  return value;
}

function readHeader(headers: WebhookHeaders, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined;
  const fields = Object.entries(headers as Readonly<Record<string, string | readonly string[] | undefined>>);
  const found = fields.find(([key]) => key.toLowerCase() === name)?.[1];
  if (found === undefined || typeof found === 'string') return found;
  if (found.length > 1) {
    throw new WebhookError('header malformed', `The header ${name} is there ${found.length} times.`);
  }
  return found[0];
}

/** Signatures of version 1; others are of forms that this package does not know, and are passed over. */
function readSignatures(header: string): readonly Uint8Array<ArrayBuffer>[] {
  const words = header.split(' ');
  const signatures = words
    .filter((word) => word.startsWith(VERSION))
    .map((word) => word.slice(VERSION.length))
    .map((text) => ({ text, bytes: decodeBase64(text) }))
    // Only the one spelling of these bytes, so that a signature can't be changed and still fit.
    .flatMap(({ text, bytes }) => (bytes !== undefined && encodeBase64(bytes) === text ? [bytes] : []));
  if (signatures.length === 0 || words.length > MOST_SIGNATURES) {
    throw new WebhookError(
      'header malformed',
      `webhook-signature has to be 1 to ${MOST_SIGNATURES} signatures of the form v1,<base64> with spaces between.`,
    );
  }
  return signatures;
}

function parseBody(body: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
  } catch (error) {
    throw new WebhookError('body malformed', `The body is signed, but no JSON: ${(error as Error).message}`);
  }
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

const encodeBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
