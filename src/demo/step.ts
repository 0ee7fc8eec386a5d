import { type ExpectedResource, nameOf } from './expected-company.js';
import { type ClientProfile, type ScimClient } from './scim-client.js';

/** A change that an identity provider makes, with one or more requests. */
export interface Step {
  readonly client: ClientProfile;
  readonly title: string;
  play(client: ScimClient): Promise<void>;
}

class MissingIdError extends Error {
  constructor(resource: ExpectedResource) {
    super(nameOf(resource));
    this.name = 'MissingIdError';
  }
}

/** @throws MissingIdError where the server has given no id; the step then ends and is reported as a difference */
export function requireId(resource: ExpectedResource): string {
  if (resource.id === undefined) throw new MissingIdError(resource);
  return resource.id;
}

/** Plays a step. Requests that need an id that the server has not given are reported as a difference. */
export async function playStep(step: Step, client: ScimClient): Promise<void> {
  client.begin(step.client, step.title);
  try {
    await step.play(client);
  } catch (error) {
    if (!(error instanceof MissingIdError)) throw error;
    client.report({ expected: `the id of ${error.message}`, received: 'none, so this could not be sent' });
  }
}

/** The body of a PATCH. */
export const patchOf = (...operations: readonly object[]): Readonly<Record<string, unknown>> => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
