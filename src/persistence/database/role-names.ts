/** The role that the service works as. Row-level security applies to it, and it owns nothing. */
export const SERVICE_ROLE = 'rollcall_service';

/** The role that owns the scoped views. Nothing works as this role. */
export const READER_ROLE = 'rollcall_reader';

/** The role that reads and writes the journal of all companies. Only the owner of the database can become it. */
export const JOURNAL_ROLE = 'rollcall_journal';

/**
 * The role that reads changes for who may read several companies: row-level security shows it those that the credential
 * names, and no others. It owns the functions that read; nothing works as this role.
 */
const PLATFORM_ROLE = 'rollcall_platform';

/** Roles to which the rows of several companies are visible. What serves requests must never become one of them. */
export const ROLES_OF_MANY_COMPANIES = [READER_ROLE, JOURNAL_ROLE, PLATFORM_ROLE];
