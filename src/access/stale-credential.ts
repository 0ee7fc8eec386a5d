import { StaleCredentialError } from '../scim/remembered-credential.js';
import { type AuthenticatedRequest } from './authenticated-request.js';

/**
 * Runs what a request asks for. Where a transaction refuses its remembered credential as outdated, and so has done nothing, the
 * credential is looked up, and if the request is still allowed, it runs once more.
 *
 * @throws what a guard throws that looks the credential up, and what `work` throws
 */
export async function onceMoreIfStale<T>(
  { authenticateAnew }: Pick<Partial<AuthenticatedRequest>, 'authenticateAnew'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (authenticateAnew === undefined || !(error instanceof StaleCredentialError)) throw error;
    await authenticateAnew();
    return work();
  }
}
