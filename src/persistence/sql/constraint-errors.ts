import { invalidValue, type ScimError, uniqueness } from '../../protocol/error/scim-error.js';

const TOO_LONG = 'is longer than the 2,000 bytes of UTF-8 that this server keeps.';

/** What the breaking of a constraint means to a client. Row-level security hides everything but the name. */
const REFUSALS: Readonly<Record<string, () => ScimError>> = {
  users_user_name_unique: () => uniqueness('userName: another user of this company has this value.'),
  groups_display_name_unique: () => uniqueness('displayName: another group of this company has this value.'),
  users_user_name_length: () => invalidValue(`userName ${TOO_LONG}`),
  users_display_name_length: () => invalidValue(`displayName ${TOO_LONG}`),
  users_external_id_length: () => invalidValue(`externalId ${TOO_LONG}`),
  groups_display_name_length: () => invalidValue(`displayName ${TOO_LONG}`),
  groups_external_id_length: () => invalidValue(`externalId ${TOO_LONG}`),
};

const PRIMARY_KEYS = ['users_pkey', 'groups_pkey'];

/** How often an insert is tried again where its new id was taken. */
const FURTHER_TRIES = 3;

/**
 * Runs a write and turns a broken constraint into its refusal. A clash of new ids runs it again.
 * Anything else is thrown as it came.
 */
export async function refuseBrokenConstraints<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await write();
    } catch (error) {
      const constraint = constraintOf(error);
      if (constraint === undefined) throw error;
      if (PRIMARY_KEYS.includes(constraint) && tries < FURTHER_TRIES) continue;
      throw Object.hasOwn(REFUSALS, constraint) ? REFUSALS[constraint]?.() : error;
    }
  }
}

function constraintOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return undefined;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}
