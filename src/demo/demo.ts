import { type BadSync, type DemoOperator, playBadSync } from './bad-sync.js';
import { type Progress } from './progress.js';
import { ENTRA, entraCycle } from './entra-cycle.js';
import { ExpectedCompany } from './expected-company.js';
import { type FollowedCompany, Follower } from './follower.js';
import { OKTA, oktaCycle } from './okta-cycle.js';
import { readBack, type FoundCompany } from './read-back.js';
import { type ClientProfile, type Difference, ScimClient } from './scim-client.js';
import { playStep } from './step.js';

const PREPARATION: ClientProfile = {
  name: 'Demo',
  headers: { Accept: 'application/scim+json' },
  contentType: 'application/scim+json',
  contentTypeAlways: false,
};

/** The names of the identity providers that send something. */
export const IDENTITY_PROVIDERS = [ENTRA.name, OKTA.name];

/** The server and company in which the demonstration is played. */
export interface DemoTarget {
  /** The SCIM base URL, without a slash at the end. */
  readonly base: string;
  readonly token: string;
  /** Tokens of their own for identity providers, by name, so that the journal tells them apart. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Where the server is, without a slash at the end. */
  readonly origin: string;
  /** Who may do more in this company than an identity provider. Without one, no mistake and no follower are played. */
  readonly operator?: DemoOperator;
  /** Whether the users and groups are deleted at the end. */
  readonly clear: boolean;
  /** Ends the demonstration when it is aborted. */
  readonly interruption: AbortSignal;
}

/** The result of the demonstration. */
export interface DemoReport extends FoundCompany {
  readonly requests: number;
  readonly milliseconds: number;
  /** What the copy of a follower holds in the end; null without an operator. */
  readonly followed: FollowedCompany | null;
  /** The mistake that was stopped and undone; null without an operator, or where answers differed before. */
  readonly badSync: BadSync | null;
  /** The answers that were not what a client needs, and the resources that were not as expected in the end. */
  readonly differences: readonly Difference[];
}

/** The demonstration can't begin. The message is printed as it is. */
export class DemoError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DemoError';
  }
}

/**
 * Sends the requests of all identity providers to an empty company, lets one of them make a mistake that is undone, and then
 * compares the company, and the copy of a platform that has followed it, with what they should be.
 *
 * @throws DemoError where the token is refused or the company is not empty; NoAnswerError where the server does not
 *   answer
 */
export async function playDemo(target: DemoTarget, progress: Progress): Promise<DemoReport> {
  const client = new ScimClient(
    target.base,
    target.token,
    target.tokens ?? {},
    target.interruption,
    PREPARATION,
  );
  await requireEmptyCompany(client);
  const company = new ExpectedCompany();
  const steps = [...entraCycle(company), ...oktaCycle(company)];
  const { operator } = target;
  const started = performance.now();
  const follower = operator && new Follower(target.origin, target.token, operator.company);
  progress.begin(steps.length);
  try {
    for (const step of steps) {
      await playStep(step, client);
      progress.advance(step.title);
    }
    // A difference would only be reported again, so nothing further is played.
    const isAsExpected = (): boolean => client.differences.length === 0;
    const badSync = operator && isAsExpected() ? await playBadSync(client, company, operator) : null;
    const found = await readBack(client, company);
    if (follower && isAsExpected()) await compareCopy(client, follower, company, target.interruption);
    const milliseconds = Math.round(performance.now() - started);
    const requests = client.sent;
    if (target.clear) await clear(client, company);
    const followed = follower?.found ?? null;
    return { ...found, requests, milliseconds, followed, badSync, differences: client.differences };
  } finally {
    progress.end();
    await follower?.end();
  }
}

async function compareCopy(
  client: ScimClient,
  follower: Follower,
  company: ExpectedCompany,
  interruption: AbortSignal,
): Promise<void> {
  client.begin(PREPARATION, 'Follower: its copy');
  for (const problem of await follower.compare(company, interruption)) client.report(problem);
}

async function requireEmptyCompany(client: ScimClient): Promise<void> {
  for (const endpoint of ['Users', 'Groups']) {
    const answer = await client.send({
      method: 'GET',
      path: `/${endpoint}?count=1`,
      status: [200, 401, 403],
    });
    if (answer.status === 401 || answer.status === 403) {
      throw new DemoError(
        `${client.base} refuses the token (${answer.status}): is it for a company in the database of that server?`,
      );
    }
    if (answer.status === 200 && answer.body['totalResults'] !== 0) {
      throw new DemoError(
        `The company of this token is not empty; the demo needs one without users or groups.`,
      );
    }
  }
}

async function clear(client: ScimClient, { users, groups }: ExpectedCompany): Promise<void> {
  client.begin(PREPARATION, 'Demo: clear the company');
  for (const { kind, id } of [...groups, ...users]) {
    if (id !== undefined) await client.send({ method: 'DELETE', path: `/${kind}s/${id}`, status: [204] });
  }
}
