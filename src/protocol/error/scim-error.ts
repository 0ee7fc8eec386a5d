/** The detail error keywords of RFC 7644 table 9 and RFC 9865 §2.1. */
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
 * A refusal in the protocol's own terms (RFC 7644 §3.12). `detail` is written for the person who reads it:
 * what was wrong, where (attribute path, operation index, column of the filter), what would be right.
 * It never holds a password, a token or another company's data.
 */
export class ScimError extends Error {
  constructor(
    readonly status: number,
    readonly scimType: ScimType | undefined,
    readonly detail: string,
  ) {
    super(detail);
    this.name = 'ScimError';
  }

  /** The same refusal with the place put in front of its detail, e.g. `Operations[2]`. */
  at(place: string): ScimError {
    return new ScimError(this.status, this.scimType, `${place}: ${this.detail}`);
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

/** A member id named by a request, and where the request named it. */
export interface MemberReference {
  readonly value: string;
  /** Index in `Operations` of the PATCH that named it; undefined for POST and PUT. */
  readonly operationIndex?: number;
  /** The kind of resource that the request says it is, where its format says so: one of another kind is unknown. */
  readonly type?: 'User' | 'Group';
}

/** How many unknown members one refusal names. */
const NAMED_MEMBERS = 20;

/** Members that are no user or group of the company: the whole request is refused. */
export class UnknownMembersError extends ScimError {
  constructor(readonly members: readonly MemberReference[]) {
    const named = members
      .slice(0, NAMED_MEMBERS)
      .map(({ value, operationIndex }) =>
        operationIndex === undefined
          ? JSON.stringify(value)
          : `${JSON.stringify(value)} (Operations[${operationIndex}])`,
      )
      .join(', ');
    const more = members.length > NAMED_MEMBERS ? ` and ${members.length - NAMED_MEMBERS} more` : '';
    super(
      400,
      'invalidValue',
      `members: no such user or group: ${named}${more}. Create members before adding them.`,
    );
    this.name = 'UnknownMembersError';
  }
}

/** 404 for a resource that the company does not have; surfaces word it in their own way. */
export class ResourceNotFoundError extends ScimError {
  constructor(readonly id: string) {
    super(404, undefined, `Resource ${id.slice(0, 100)} not found.`);
    this.name = 'ResourceNotFoundError';
  }
}
