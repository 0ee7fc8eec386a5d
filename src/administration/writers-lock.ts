/**
 * The advisory lock that the function `join_writers` takes in shared mode for each write. A transaction that takes it in
 * exclusive mode waits for the writes of all companies that are under way, and later writes wait until it ends.
 */
export const WRITERS_LOCK = 7_265_012;
