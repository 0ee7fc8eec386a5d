import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { type AskedQuestions, IS_DIRECT } from './asked-questions.js';
import { oneMore, reachedFrom } from './walks.js';

/**
 * The statement that decides all questions, whatever groups there are. Its one row has `verdicts`, a letter for each
 * question: those of `asked`, and `u`ndecided where there are more groups than it goes through and the one that is asked
 * for is neither among those nor one of the user's own. It walks up from all users together, each group once for each of them.
 *
 * @param most how many groups it goes through
 */
export function walkEachUser({ expressions, kinds }: AskedQuestions, most: number): Statement {
  return toStatement(
    sql`WITH RECURSIVE ${expressions},
      ${reachedFrom(sql`SELECT DISTINCT a.user_id FROM asked a WHERE a.verdict IS NULL`)},
      held AS MATERIALIZED (SELECT r.user_id, r.group_id FROM reached r ${oneMore(most)})
      SELECT string_agg(coalesce(a.verdict, CASE
        WHEN (a.user_id, a.group_id) IN (SELECT h.user_id, h.group_id FROM held h) THEN 'm'
        WHEN ${IS_DIRECT} THEN 'm'
        WHEN (SELECT count(*) FROM held) > ${parameter(most)}::bigint THEN 'u'
        ELSE 'n' END), '' ORDER BY a.place) AS verdicts
      FROM asked a`,
    `checks.walk.${kinds}`,
  );
}
