/** Control characters, ends of lines, and marks that turn the direction of text: none may shape a line of a log. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What has the form of a token of this server, of a JWT, of another long random text, and of an e-mail address. */
const TOKEN = /rollcall_[\w-]+|\beyJ[\w-]+(?:\.[\w-]*)*/g;
const RANDOM = /[\w-]{32,}/g;
const ADDRESS = /[^\s@]{0,128}@\S*/g;

/** Stands for what is not shown. */
export const HIDDEN = '…';

/**
 * A short text from a client for a log line: one line of printable characters, without tokens and e-mail addresses.
 *
 * @param most how many characters of it are kept
 */
export function plainText(text: string, most: number): string {
  const plain = text
    .slice(0, 4 * most)
    .replace(UNPRINTABLE, ' ')
    .replace(TOKEN, HIDDEN)
    .replace(RANDOM, (found) => (UUID.test(found) ? found : HIDDEN))
    .replace(ADDRESS, HIDDEN)
    .trim();
  return plain.length > most ? `${plain.slice(0, most)}${HIDDEN}` : plain;
}

/** Whether a text holds what has the form of a token. */
export const holdsToken = (text: string): boolean => text.search(TOKEN) >= 0;

/** A text of any length without what has the form of a token. */
export const withoutTokens = (text: string): string => text.replace(TOKEN, HIDDEN);

/**
 * An explanation for people without the values that stand in it: whatever is between quotation marks, numbers and ids
 * that a client sent, and the names in a filter or an order.
 */
export function withoutValues(detail: string): string {
  return detail
    .replace(/"(?:[^"\\]|\\.)*(?:"|$)/g, `"${HIDDEN}"`)
    .replace(/(^|\s)'[^']*(?:'|$)/g, `$1'${HIDDEN}'`)
    .replace(/(\bthe number |\bmember id: |\bResource )(?!not found)\S+/g, `$1${HIDDEN}`)
    .replace(/(\bcolumn \d+: |\bsortBy: )(?!expected\b|the\b|more\b)\S+/g, `$1${HIDDEN}`);
}
