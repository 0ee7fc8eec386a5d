import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { Problem, type InvalidValue } from '../../admin-api/http/problem.js';
import { ReadingPipe } from '../../admin-api/http/validation.pipe.js';
import { isText } from '../../admin-api/http/values.js';
import { MOST_QUESTIONS } from '../../checks/membership-checks.js';
import { type MembershipQuestion } from '../../checks/membership-question.js';
import { CheckQuery, LONGEST_NAME, NamesDto, ruleOf } from './check.dto.js';

/** A user and a group, before it is known what they are. */
interface Pair {
  readonly user?: unknown;
  readonly group?: unknown;
}

const reading = new ReadingPipe();
const DEFAULTS = new NamesDto();

/**
 * Reads queries as everywhere, but for the question that is asked most, about two ids with nothing beside: to validate it by
 * its class takes a twentieth of a check.
 */
@Injectable()
export class CheckPipe extends ReadingPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.metatype === CheckQuery) {
      const { user, group, ...beside } = value as Readonly<Record<string, unknown>>;
      if (isName(user) && isName(group) && isEmpty(beside)) return { user, group, ...DEFAULTS };
    }
    return super.transform(value, metadata);
  }
}

/**
 * Reads the questions of a body. What stands beside the pairs is read as everywhere; the pairs are read here, since to
 * validate a thousand objects by their class takes longer than to answer them.
 */
@Injectable()
export class ChecksPipe implements PipeTransform<unknown, Promise<MembershipQuestion[]>> {
  /** @throws Problem 400 that names everything that is wrong beside the pairs, or every pair that is none */
  async transform(body: unknown): Promise<MembershipQuestion[]> {
    const { checks, ...beside } = (body ?? {}) as { readonly checks?: unknown };
    const names = isEmpty(beside)
      ? DEFAULTS
      : ((await reading.transform(beside, { type: 'body', metatype: NamesDto })) as NamesDto);
    return questionsIn(requirePairs(checks), names);
  }
}

/** @throws Problem 400 */
function requirePairs(checks: unknown): readonly unknown[] {
  const detail = problemOfPairs(checks);
  if (detail === undefined) return checks as readonly unknown[];
  throw new Problem(400, `The body is not what is expected: ${detail}.`, [{ pointer: '#/checks', detail }]);
}

function problemOfPairs(checks: unknown): string | undefined {
  if (!Array.isArray(checks)) return 'checks is an array';
  if (checks.length === 0) return 'checks has at least one pair';
  return checks.length > MOST_QUESTIONS ? `checks has at most ${MOST_QUESTIONS} pairs` : undefined;
}

/** @throws Problem 400 that names every pair that is none */
function questionsIn(pairs: readonly unknown[], names: NamesDto): MembershipQuestion[] {
  const invalid: InvalidValue[] = [];
  const nameOf = (value: unknown, index: number, which: 'user' | 'group'): string => {
    if (isName(value)) return value;
    const detail = `${which} is a text of 1 to ${LONGEST_NAME} characters`;
    invalid.push({ pointer: `#/checks/${index}/${which}`, detail });
    return '';
  };
  const { userIdType, groupIdType } = names;
  const rule = ruleOf(names);
  const questions = pairs.map((pair, index): MembershipQuestion => {
    const { user, group } = (typeof pair === 'object' && pair !== null ? pair : {}) as Pair;
    return {
      user: { by: userIdType, value: nameOf(user, index, 'user') },
      group: { by: groupIdType, value: nameOf(group, index, 'group') },
      ...rule,
    };
  });
  if (invalid.length === 0) return questions;
  throw new Problem(
    400,
    `The body is not what is expected: ${invalid.length} names of users and groups are missing or no texts.`,
    invalid,
  );
}

const isName = (value: unknown): value is string => isText(value, LONGEST_NAME);

const isEmpty = (object: object): boolean => Object.keys(object).length === 0;
