import { answered, api, type Schema } from './client.js';

/** Who is signed in. */
export type Self = Schema<'SelfView'>;

/**
 * Begins a session. The service keeps it in a cookie that no script can read.
 *
 * @param secret that of a credential of the admin API, or the token of a link, which is used up by it
 * @throws ProblemError where the secret is wrong, or the link used up
 */
export async function signIn(secret: string): Promise<void> {
  const headers = { Authorization: `Bearer ${secret}` };
  await answered(api.POST('/admin/v1/sessions', { headers }));
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await answered(api.DELETE('/admin/v1/sessions/{id}', { params: { path: { id: 'current' } } }));
}
