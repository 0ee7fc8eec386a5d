import { invalidValue, type ScimError, uniqueness } from '../../protocol/error/scim-error.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { foldCase } from '../../protocol/text/fold-case.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type CompanyTransaction } from '../transaction/company-transaction.js';
import { parameter, sql, type SqlFragment, toStatement } from './sql-fragment.js';

const TOO_LONG = 'is longer than the 2,000 bytes of UTF-8 that this server keeps.';

/** What each violated constraint means to a client. Row-level security hides the rest of PostgreSQL's message. */
const REFUSALS: Readonly<Record<string, () => ScimError>> = {
  users_user_name_unique: () => uniqueness('userName: another user of this company has this value.'),
  users_external_id_unique: () => uniqueness('externalId: another user of this company has this value.'),
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

/** What was to be written, where it may clash with another resource. */
export interface Clashing {
  readonly transaction: Pick<CompanyTransaction, 'read'>;
  readonly scope: CompanyScope;
  /** Undefined where the write did not come to them. */
  readonly attributes: () => Attributes | undefined;
}

/** The look-ups of the resource that has a value which only one may have. */
const HOLDERS: Readonly<Record<string, (attributes: Attributes) => SqlFragment>> = {
  users_user_name_unique: ({ userName }) => sql`users r WHERE r.user_name_key = ${folded(userName)}`,
  users_external_id_unique: ({ externalId }) =>
    sql`users r WHERE r.external_id = ${parameter(textOf(externalId))} AND r.external_id_is_unique`,
  groups_display_name_unique: ({ displayName }) =>
    sql`groups r WHERE r.display_name_key = ${folded(displayName)}`,
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const folded = (value: unknown): SqlFragment => parameter(foldCase(textOf(value)));

/** The id of the resource that a write clashed with; none where it is gone, or can't be looked for. */
async function findHolder(
  constraint: string,
  { transaction, scope, attributes }: Clashing,
): Promise<string[]> {
  const written = attributes();
  if (written === undefined || !Object.hasOwn(HOLDERS, constraint)) return [];
  const holder = HOLDERS[constraint]!(written);
  const statement = toStatement(
    sql`SELECT format_resource_id(r.id) AS id FROM ${holder} AND r.company_id = ${parameter(scope.companyId)} LIMIT 1`,
  );
  try {
    const [found] = await transaction.read(scope, [statement]);
    return (found?.rows ?? []).map(({ id }) => String(id));
  } catch {
    return [];
  }
}

/**
 * Runs a write. A violated constraint is thrown as the error that it means to a client; where a new id was taken, the
 * write runs again. Any other error is thrown as it is.
 *
 * @param clashing by what the resource is found that has a value already
 */
export async function refuseBrokenConstraints<T>(write: () => Promise<T>, clashing?: Clashing): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await write();
    } catch (error) {
      const constraint = constraintOf(error);
      if (constraint === undefined) throw error;
      if (PRIMARY_KEYS.includes(constraint) && tries < FURTHER_TRIES) continue;
      if (!Object.hasOwn(REFUSALS, constraint)) throw error;
      const refusal = REFUSALS[constraint]!();
      if (clashing) refusal.concerns = await findHolder(constraint, clashing);
      throw refusal;
    }
  }
}

function constraintOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return undefined;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}
