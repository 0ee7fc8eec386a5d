import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks 1.0: 24 to 64 random bytes. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

/** A new secret of an endpoint, in the form of Standard Webhooks: `whsec_` and its bytes in base64. */
export const makeWebhookSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;

/** What is sent to an endpoint. */
export interface WebhookMessage {
  /** The same at each attempt. */
  readonly id: string;
  /** Of the attempt, in seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The header `webhook-signature` of Standard Webhooks 1.0: for each secret `v1,` and the HMAC-SHA256 of id, timestamp and
 * body, separated by blanks. A receiver takes the message if it knows one of the secrets.
 */
export const signaturesOf = (message: WebhookMessage, secrets: readonly string[]): string =>
  secrets.map((secret) => `v1,${hmacOf(message, secret)}`).join(' ');

function hmacOf({ id, timestamp, body }: WebhookMessage, secret: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}
