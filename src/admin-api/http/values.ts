import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  IsInt,
  Matches,
  Max,
  Min,
  registerDecorator,
  ValidateIf,
  type ValidationArguments,
} from 'class-validator';
import { CLAIM_VALUE } from '../../administration/claim-value.js';
import { isNameCursor } from '../../administration/directory/name-cursor.js';
import { readInstant } from '../../administration/instant.js';
import { isCursor } from '../../administration/journal/page.js';
import { MOST_NAMED } from '../../administration/restore/resource-restore.js';
import { isResourceId } from '../../administration/rows.js';
import { isSlug } from '../../config/slug.js';
import { problemOfText } from '../../protocol/text/check-value.js';

const LONGEST_NAME = 200;
const LONGEST_SEARCH = 200;
/** The greatest length of a userName or displayName. */
const LONGEST_NAMED = 2000;
// Control characters, ends of lines, and marks that turn the direction of text.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** RFC 3339 §5.6 with `Z`, or a date alone. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z)?$/;
const CENTURY_MS = 100 * 365.25 * 86_400_000;

function constraint(name: string, isValid: (value: unknown) => boolean, expected: string): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: propertyName as string,
      validator: {
        validate: isValid,
        defaultMessage: ({ property }: ValidationArguments) => `${property} is ${expected}`,
      },
    });
}

/** A property that may be left out. Null is a value like any other, unlike with `IsOptional`, which takes it too. */
export const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/**
 * A whole number within bounds.
 *
 * @param kind what the message says behind "is a whole number"
 * @param inWords what the message says behind the upper bound
 */
export const IsWholeNumber = (
  least: number,
  most: number,
  { kind = '', inWords }: { readonly kind?: string; readonly inWords?: string } = {},
): PropertyDecorator =>
  // Stacked decorators are called from the last to the first, and messages come in that order.
  applyDecorators(
    Max(most, { message: `$property is at most ${most}${inWords === undefined ? '' : `, ${inWords}`}` }),
    Min(least, { message: `$property is at least ${least}` }),
    IsInt({ message: `$property is a whole number${kind}` }),
  );

/** A name for people: one line of 1 to 200 characters, not of blanks alone. */
export const IsName = (): PropertyDecorator =>
  constraint(
    'name',
    (value) =>
      typeof value === 'string' &&
      value.trim() !== '' &&
      value.length <= LONGEST_NAME &&
      problemOfText(value) === undefined &&
      !UNPRINTABLE.test(value),
    `a text in one line, of 1 to ${LONGEST_NAME} characters that are not all blanks`,
  );

/** What the claim of a token may be. */
export const IsClaimValue = (name: string, { each = false } = {}): PropertyDecorator =>
  Matches(CLAIM_VALUE, {
    each,
    message: `${name} is 1 to 2048 printable ASCII characters without blanks`,
  });

/** A slug that a company may have. */
export const IsSlug = (): PropertyDecorator =>
  constraint(
    'slug',
    (value) => typeof value === 'string' && isSlug(value),
    'lower-case letters and digits in words joined by hyphens, at most 63 characters, and not 16 hexadecimal digits',
  );

/** What a restore is about: `all`, or `groups` or `users` with their names. */
export const IsRestoreScope = (): PropertyDecorator =>
  constraint(
    'restoreScope',
    (value) => value === 'all' || namesOf(value).length > 0,
    `all, or an object with groups or users: a list of 1 to ${MOST_NAMED} names or ids`,
  );

function namesOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const [[kind, names] = [], ...others] = Object.entries(value) as [string, unknown][];
  if (others.length > 0 || (kind !== 'users' && kind !== 'groups') || !Array.isArray(names)) return [];
  const isName = (name: unknown): boolean =>
    typeof name === 'string' &&
    name !== '' &&
    name.length <= LONGEST_NAMED &&
    problemOfText(name) === undefined;
  return names.length <= MOST_NAMED && names.every(isName) ? names : [];
}

/** An id of a user, a group or an entry of the journal. */
export const IsResourceId = (): PropertyDecorator =>
  constraint(
    'resourceId',
    (value) => typeof value === 'string' && isResourceId(value),
    'an id: 16 hexadecimal digits',
  );

/** An array of such ids. */
export const AreResourceIds = (): PropertyDecorator =>
  constraint(
    'resourceIds',
    (value) => Array.isArray(value) && value.every((each) => typeof each === 'string' && isResourceId(each)),
    'an array of ids: 16 hexadecimal digits each',
  );

/** The `next` of an earlier answer about the journal. */
export const IsJournalCursor = (): PropertyDecorator =>
  constraint(
    'journalCursor',
    (value) => typeof value === 'string' && isCursor(value),
    'the next of an earlier answer',
  );

/** The `next` of an earlier part of a list by names. */
export const IsNameCursor = (): PropertyDecorator =>
  constraint(
    'nameCursor',
    (value) => typeof value === 'string' && isNameCursor(value),
    'the next of an earlier answer',
  );

/** Whether a value is a text that can be stored, of so many characters at most. */
export const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value !== '' && value.length <= most && problemOfText(value) === undefined;

/** {@link isText} of a property. */
export const IsText = (most: number): PropertyDecorator =>
  constraint('text', (value) => isText(value, most), `a text of 1 to ${most} characters`);

/** A part of a name that is looked for. */
export const IsSearch = (): PropertyDecorator => IsText(LONGEST_SEARCH);

/** A time: RFC 3339 with `Z`, or a date alone, which begins in UTC. The property becomes a Date. */
export const IsInstant = (): PropertyDecorator =>
  instantOf(
    (value) => value instanceof Date,
    'a time such as 2026-01-31T08:30:00Z, or a date such as 2026-01-31',
  );

/**
 * A time to come, within a century: RFC 3339 with `Z`, or a date alone, which begins in UTC. The property becomes a Date.
 *
 * @param null what null stands for; undefined where null is refused
 */
export function IsFutureInstant(
  { null: ofNull }: { readonly null?: string } = { null: 'never' },
): PropertyDecorator {
  const isValid = (value: unknown): boolean =>
    (value === null && ofNull !== undefined) ||
    (value instanceof Date && value.getTime() > Date.now() && value.getTime() < Date.now() + CENTURY_MS);
  const orNull = ofNull === undefined ? '' : `, or null for ${ofNull}`;
  return instantOf(isValid, `a time to come such as 2030-01-31T00:00:00Z or 2030-01-31${orNull}`);
}

function instantOf(isValid: (value: unknown) => boolean, expected: string): PropertyDecorator {
  const check = constraint('instant', isValid, expected);
  // Any other value stays as it is, and is refused by the check.
  const read = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && INSTANT.test(value) ? (readInstant(value) ?? value) : value,
  );
  return (target, name) => {
    check(target, name);
    read(target, name);
  };
}
