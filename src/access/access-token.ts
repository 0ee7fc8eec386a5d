import { hash, randomBytes } from 'node:crypto';

/**
 * A new opaque token: 256 random bits behind a prefix by which secret scanners can recognize it, and routers the cell that
 * it belongs to.
 *
 * @param cell where it is issued; 0 has no part in the prefix
 * @param kind what it opens, where that is not a company: it becomes a part of the prefix
 */
export const makeAccessToken = (cell: number, kind?: Kind): string =>
  ['rollcall', ...(cell === 0 ? [] : [`c${cell}`]), ...(kind === undefined ? [] : [kind]), randomText()].join(
    '_',
  );

type Kind = 'admin' | 'platform' | 'session' | 'link';

/** Whether a text has the form of a token of this kind, of whichever cell. */
export const isTokenOf = (kind: Kind, text: string): boolean => FORMS[kind].test(text);

const formOf = (kind: Kind): RegExp => new RegExp(`^rollcall_(?:c\\d{1,4}_)?${kind}_[\\w-]{43}$`);

const FORMS: Readonly<Record<Kind, RegExp>> = {
  admin: formOf('admin'),
  platform: formOf('platform'),
  session: formOf('session'),
  link: formOf('link'),
};

const randomText = (): string => randomBytes(32).toString('base64url');

/**
 * The hash by which a token is stored and looked up. Tokens are random, so a salt and a slow hash would add nothing.
 */
export const hashAccessToken = (token: string): Buffer => hash('sha256', token, 'buffer');
