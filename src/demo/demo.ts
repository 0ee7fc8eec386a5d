import { type Progress } from './progress.js';
import { entraCycle } from './entra-cycle.js';
import { ExpectedCompany } from './expected-company.js';
import { oktaCycle } from './okta-cycle.js';
import { readBack, type FoundCompany } from './read-back.js';
import { type ClientProfile, type Difference, ScimClient } from './scim-client.js';
import { playStep } from './step.js';

const PREPARATION: ClientProfile = {
  name: 'Demo',
  headers: { Accept: 'application/scim+json' },
  contentType: 'application/scim+json',
  contentTypeAlways: false,
};

/** The server and company in which the demonstration is played. */
export interface DemoTarget {
  /** The SCIM base URL, without a slash at the end. */
  readonly base: string;
  readonly token: string;
  /** Whether the users and groups are deleted at the end. */
  readonly clear: boolean;
  /** Ends the demonstration when it is aborted. */
  readonly interruption: AbortSignal;
}

/** The result of the demonstration. */
export interface DemoReport extends FoundCompany {
  readonly requests: number;
  readonly milliseconds: number;
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
 * Sends the requests of all identity providers to an empty company, and then compares the company with what it should
 * be.
 *
 * @throws DemoError where the token is refused or the company is not empty; NoAnswerError where the server does not
 *   answer
 */
export async function playDemo(target: DemoTarget, progress: Progress): Promise<DemoReport> {
  const client = new ScimClient(target.base, target.token, target.interruption, PREPARATION);
  await requireEmptyCompany(client);
  const company = new ExpectedCompany();
  const steps = [...entraCycle(company), ...oktaCycle(company)];
  const started = performance.now();
  progress.begin(steps.length);
  try {
    for (const step of steps) {
      await playStep(step, client);
      progress.advance(step.title);
    }
    const found = await readBack(client, company);
    const milliseconds = Math.round(performance.now() - started);
    const requests = client.sent;
    if (target.clear) await clear(client, company);
    return { ...found, requests, milliseconds, differences: client.differences };
  } finally {
    progress.end();
  }
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
