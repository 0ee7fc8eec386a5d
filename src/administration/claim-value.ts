import { AdministrationError } from './administration.error.js';

/** What a claim may consist of that is registered. It is compared byte by byte with those of tokens. */
export const CLAIM_VALUE = /^[\x21-\x7e]{1,2048}$/;

/**
 * @param what names the claim in the refusal
 * @throws AdministrationError for what no token can have
 */
export function requireClaimValue(text: string, what: string): void {
  if (CLAIM_VALUE.test(text)) return;
  throw new AdministrationError(
    `${JSON.stringify(text)} is no ${what}: 1 to 2048 printable ASCII characters without blanks, as the tokens have it.`,
  );
}
