import { createHmac } from 'node:crypto';
import { type SecretKey } from './secret-key.js';

/** What may be proved: enough that nobody guesses it, and short. */
export const NONCE = /^[\w-]{22,64}$/;

/**
 * A text that shows to who has the same secret key that an answer came from this deployment: all of its instances give the
 * same one for a nonce, and nobody else can.
 */
export const proveDeployment = (key: SecretKey, nonce: string): string =>
  createHmac('sha256', key.derive('proof of the deployment')).update(nonce).digest('base64url');
