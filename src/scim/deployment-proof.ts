import { createHmac } from 'node:crypto';
import { type SecretKey } from './secret-key.js';

/** The form of a nonce: long enough not to be guessed, and short. */
export const NONCE = /^[\w-]{22,64}$/;

/**
 * A text that proves to whoever has the same secret key that an answer came from this deployment: for a nonce, all instances
 * give the same text, and nobody else can make it.
 */
export const proveDeployment = (key: SecretKey, nonce: string): string =>
  createHmac('sha256', key.derive('proof of the deployment')).update(nonce).digest('base64url');
