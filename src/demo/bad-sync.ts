import { ENTRA } from './entra-cycle.js';
import { type ExpectedCompany } from './expected-company.js';
import { type ScimClient } from './scim-client.js';

/** How many further removals are sent, and refused, before the administrator looks. */
const REFUSED = 5;
const TITLE = `${ENTRA.name}: a scoping filter that matches nobody`;

/** What the operator of the company does in the demonstration. */
export interface DemoOperator {
  /** Slug of the company. */
  readonly company: string;
  /** Has removals in mass held from now on. */
  holdRemovals(): Promise<void>;
  /** When the company was last changed. */
  lastChange(): Promise<Date>;
  /** Brings back what was there at an instant, and returns how much that was. */
  restore(at: Date): Promise<Restored>;
}

interface Restored {
  readonly users: number;
  readonly memberships: number;
}

/** A mistake that was stopped and undone. */
export interface BadSync {
  /** How many users were deleted until removals were held. */
  readonly deleted: number;
  /** How many removals were refused then. */
  readonly refused: number;
  readonly restored: Restored;
}

/**
 * Deletes one user after the other, as an identity provider does whose filter matches nobody, until the guard holds it; then
 * has restored what was there before.
 */
export async function playBadSync(
  client: ScimClient,
  { users }: ExpectedCompany,
  operator: DemoOperator,
): Promise<BadSync> {
  await operator.holdRemovals();
  const before = new Date((await operator.lastChange()).getTime() + 1);
  client.begin(ENTRA, TITLE);
  let [deleted, refused] = [0, 0];
  for (const { id } of users) {
    if (id === undefined || refused === REFUSED) continue;
    const { status } = await client.send({ method: 'DELETE', path: `/Users/${id}`, status: [204, 429] });
    if (status === 204) deleted += 1;
    if (status === 429) refused += 1;
  }
  if (refused === 0)
    client.report({ expected: 'removals held by the guard', received: `${deleted} deleted` });
  const restored = await operator.restore(before);
  if (restored.users !== deleted) {
    client.report({ expected: `${deleted} users restored`, received: `${restored.users}` });
  }
  return { deleted, refused, restored };
}
