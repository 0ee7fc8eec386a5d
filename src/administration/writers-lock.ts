/**
 * The advisory lock that the function `join_writers` takes in shared mode for each write. Who takes it alone waits for the
 * writes that are under way, of all companies, and makes later ones wait until his transaction ends.
 */
export const WRITERS_LOCK = 7_265_012;
