/** The role that the service works as. Row-level security applies to it, and it owns nothing. */
export const SERVICE_ROLE = 'rollcall_service';

/** The role that owns the scoped views. Nothing works as this role. */
export const READER_ROLE = 'rollcall_reader';
