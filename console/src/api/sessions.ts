import { pageAddress, ROOT } from '../location.js';
import { answered, api, type Schema } from './client.js';

/** Who is signed in. */
export type Self = Schema<'SelfView'>;

/**
 * Begins a session. The service keeps it in a cookie that no script can read.
 *
 * @param secret that of a credential of the admin API, or the token of a link, which is used up by it
 * @returns who is signed in by that
 * @throws ProblemError where the secret is wrong, or the link used up
 */
export function signIn(secret: string): Promise<Self> {
  const headers = { Authorization: `Bearer ${secret}` };
  return answered(api.POST('/admin/v1/sessions', { headers }));
}

/** Where somebody begins who came by a link: at connecting the one company that it is for, or at all of them. */
export const firstPageOf = ({ companies: [company, ...others] }: Self): string =>
  company === undefined || others.length > 0 ? `${ROOT}/` : pageAddress('companies', company.slug, 'connect');

/** Ends the session. */
export async function signOut(): Promise<void> {
  await answered(api.DELETE('/admin/v1/sessions/{id}', { params: { path: { id: 'current' } } }));
}
