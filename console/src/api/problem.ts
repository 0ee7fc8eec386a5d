/** Why a call of the admin API came to nothing, for people. */
export class ProblemError extends Error {
  constructor(
    /** The status of HTTP; 0 where there was no answer. */
    readonly status: number,
    message: string,
    /** Each value that was wrong, and what would be right. */
    readonly details: readonly string[] = [],
  ) {
    super(message);
    this.name = 'ProblemError';
  }
}

/** Makes an error of whatever the service, a proxy in front of it, or the network said. */
export function problemOf(status: number, body: unknown): ProblemError {
  const { detail, title, errors } = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly detail?: unknown;
    readonly title?: unknown;
    readonly errors?: readonly { readonly detail?: unknown }[];
  };
  const message = [detail, title].find((text) => typeof text === 'string');
  const details = (Array.isArray(errors) ? errors : []).flatMap((error: { detail?: unknown }) =>
    typeof error.detail === 'string' ? [error.detail] : [],
  );
  return new ProblemError(status, message ?? `The service answered with the status ${status}.`, details);
}

/** What somebody can do about it. */
export function adviceFor({ status }: Pick<ProblemError, 'status'>): string {
  if (status === 0)
    return 'See whether the service runs and this computer reaches it; the page tries again by itself.';
  if (status === 401) return 'Sign in again.';
  if (status === 403) return 'Ask an operator to do it, or for a credential that may.';
  if (status === 404) return 'It may have been removed meanwhile; go back and choose again.';
  if (status === 409) return 'See what is there already, and change one of the two.';
  if (status === 412 || status === 428)
    return 'Somebody else has changed it meanwhile; look again, then repeat your change.';
  if (status === 429) return 'Wait a moment, then try again.';
  if (status >= 500) return 'Try again in a moment; the log of the service says more.';
  return 'Mend what is named above, then try again.';
}
