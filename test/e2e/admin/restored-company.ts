import { setTimeout as sleep } from 'node:timers/promises';
import { type ScimClient } from '../../support/scim-client.js';

/** An instant behind all that was done, and in front of what comes. */
export async function instant(): Promise<string> {
  const at = new Date();
  while (Date.now() <= at.getTime()) await sleep(1);
  return at.toISOString();
}

/** Without what moves on with each change. */
function withoutVersion(resource: { readonly meta: Readonly<Record<string, unknown>> }): unknown {
  const { version: _version, lastModified: _lastModified, ...meta } = resource.meta;
  return { ...resource, meta };
}

/** All that SCIM shows of a company, but for versions. */
export async function readState(client: ScimClient): Promise<unknown> {
  const [users, groups] = await Promise.all([
    client.get('/Users?count=1000'),
    client.get('/Groups?count=1000'),
  ]);
  const all = (answer: typeof users): unknown[] =>
    (answer.body.Resources as Parameters<typeof withoutVersion>[0][]).map(withoutVersion);
  return { users: all(users), groups: all(groups) };
}
