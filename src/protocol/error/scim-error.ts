/**
 * The values of `scimType` in an error. RFC 7644 §3.12 (Table 9) says for which mistake each of them stands; RFC 9865
 * §2.1 adds the last three, for cursors.
 */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/**
 * The refusal of a request. RFC 7644 §3.12: an error has a status, an explanation for people in `detail` and, where
 * the table has a fitting one, a keyword for programs in `scimType`.
 *
 * `detail` says what was wrong, where (attribute path, index of the operation, column of the filter), and what would
 * be right. It never contains a password, a token or data of another company.
 */
export class ScimError extends Error {
  /** Ids of other resources that it is about, such as the one that has a name already. They are no part of the answer. */
  concerns: readonly string[] = [];

  constructor(
    readonly status: number,
    readonly scimType: ScimType | undefined,
    readonly detail: string,
  ) {
    super(detail);
    this.name = 'ScimError';
  }

  /** A copy of the error whose detail begins with the place, such as `Operations[2]`. */
  at(place: string): ScimError {
    const error = new ScimError(this.status, this.scimType, `${place}: ${this.detail}`);
    error.concerns = this.concerns;
    return error;
  }
}

export const invalidSyntax = (detail: string): ScimError => new ScimError(400, 'invalidSyntax', detail);
export const invalidFilter = (detail: string): ScimError => new ScimError(400, 'invalidFilter', detail);
export const invalidPath = (detail: string): ScimError => new ScimError(400, 'invalidPath', detail);
export const invalidValue = (detail: string): ScimError => new ScimError(400, 'invalidValue', detail);
export const noTarget = (detail: string): ScimError => new ScimError(400, 'noTarget', detail);
export const mutability = (detail: string): ScimError => new ScimError(400, 'mutability', detail);
export const tooMany = (detail: string): ScimError => new ScimError(400, 'tooMany', detail);
export const invalidCursor = (detail: string): ScimError => new ScimError(400, 'invalidCursor', detail);
export const expiredCursor = (detail: string): ScimError => new ScimError(400, 'expiredCursor', detail);
export const invalidCount = (detail: string): ScimError => new ScimError(400, 'invalidCount', detail);
export const uniqueness = (detail: string): ScimError => new ScimError(409, 'uniqueness', detail);
export const unauthorized = (detail: string): ScimError => new ScimError(401, undefined, detail);
export const forbidden = (detail: string): ScimError => new ScimError(403, undefined, detail);
export const notFound = (detail: string): ScimError => new ScimError(404, undefined, detail);
export const preconditionFailed = (detail: string): ScimError => new ScimError(412, undefined, detail);
export const payloadTooLarge = (detail: string): ScimError => new ScimError(413, undefined, detail);
export const notImplemented = (detail: string): ScimError => new ScimError(501, undefined, detail);

/** The id of a member in a request, and where it stands. */
export interface MemberReference {
  readonly value: string;
  /** Index in `Operations` of a PATCH; undefined for POST and PUT. */
  readonly operationIndex?: number;
  /**
   * The kind of resource that the id must belong to, where the request's format says so. An id of the other kind
   * counts as unknown.
   */
  readonly type?: 'User' | 'Group';
}

const RESOURCE_ID = /^[0-9a-f]{16}$/;

/** How many unknown members one error lists, and how much of each. */
const NAMED_MEMBERS = 20;
const NAMED_LENGTH = 100;

/** 400 `invalidValue` for members that are no user or group of the company. The whole request is refused. */
export class UnknownMembersError extends ScimError {
  constructor(readonly members: readonly MemberReference[]) {
    const first = members.slice(0, NAMED_MEMBERS);
    const named = first
      .map(({ value, operationIndex }) => {
        const name = JSON.stringify(value.slice(0, NAMED_LENGTH));
        return operationIndex === undefined ? name : `${name} (Operations[${operationIndex}])`;
      })
      .join(', ');
    const more = members.length > NAMED_MEMBERS ? ` and ${members.length - NAMED_MEMBERS} more` : '';
    super(
      400,
      'invalidValue',
      `members: no such user or group: ${named}${more}. Create members before adding them.`,
    );
    this.name = 'UnknownMembersError';
    // Anything may be sent as an id, a name too.
    this.concerns = first.map(({ value }) => value).filter((value) => RESOURCE_ID.test(value));
  }
}

/** 404 for a resource that the company does not have. A surface may word it differently. */
export class ResourceNotFoundError extends ScimError {
  constructor(readonly id: string) {
    super(404, undefined, `Resource ${id.slice(0, 100)} not found.`);
    this.name = 'ResourceNotFoundError';
  }
}
