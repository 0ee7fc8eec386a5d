/** What the service works as: bound by row-level security, owns nothing. */
export const SERVICE_ROLE = 'rollcall_service';

/** Owns the scoped views; no one works as it. */
export const READER_ROLE = 'rollcall_reader';
