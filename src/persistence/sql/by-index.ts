/**
 * Makes the rest of the transaction read in the order of indexes. Without statistics, the planner takes what a company
 * has for few rows, and would read and sort all of them for a part.
 */
export const BY_INDEX =
  "SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), " +
  "set_config('enable_seqscan', 'off', true)";

/**
 * Makes the rest of the transaction {@link BY_INDEX read by index} with plans that hold for all parameters: a statement
 * over all months takes longer to plan than to run, and a prepared one is planned once.
 */
export const BY_INDEX_AS_PREPARED = `${BY_INDEX}, set_config('plan_cache_mode', 'force_generic_plan', true)`;
