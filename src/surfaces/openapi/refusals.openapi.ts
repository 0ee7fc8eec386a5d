import { authorizationRefusal } from '../../access/authorization-refusal.js';
import {
  forbidden,
  invalidValue,
  notImplemented,
  ResourceNotFoundError,
  ScimError,
  uniqueness,
  UnknownMembersError,
} from '../../protocol/error/scim-error.js';
import { HeldError } from '../../protocol/error/held.error.js';
import { PausedError } from '../../protocol/error/paused.error.js';
import { FilterParser } from '../../protocol/filter/filter.parser.js';
import { parseBulkRequest } from '../../protocol/message/bulk-request.js';
import { parseProjection } from '../../protocol/message/projection.js';
import { parseIfMatch } from '../../protocol/resource/version.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { requireVersion } from '../../scim/precondition.js';
import { bodyTooLarge, bodyTooSlow } from '../http/read-bytes.js';
import {
  EXAMPLE_BODY_TIMEOUT_MS,
  EXAMPLE_COMPANY,
  EXAMPLE_HELD,
  EXAMPLE_LIMITS,
  EXAMPLE_USER_BODY_LIMIT,
} from './examples.openapi.js';
import { type Refusals } from './operation.openapi.js';
import { type TypeName } from './schema.openapi.js';
import { thrownBy } from './thrown-by.js';

/*
 * Refusals that are shown in documents. `test/openapi/provoked-errors.spec.ts` provokes every one of them, on every
 * operation that documents it, and compares the answer with the example.
 */

const parser = new FilterParser();

/** An id that no resource has. */
const UNKNOWN_ID = '123';

export const REFUSALS = {
  noToken: authorizationRefusal(undefined, { basic: false }),
  mayNotRead: forbidden('This token lacks the scope scim:read; it has scim:write.'),
  mayNotWrite: forbidden('This token lacks the scope scim:write; it has scim:read.'),
  paused: new PausedError(4 * 3600),
  removalsHeld: new HeldError(EXAMPLE_HELD.rule, EXAMPLE_COMPANY, EXAMPLE_HELD.since),
  filterNotTaken: forbidden('Discovery endpoints take no filter.'),
  unknownId: new ResourceNotFoundError(UNKNOWN_ID),
  malformedFilter: thrownBy(() => parser.parse('userName eqq "bjensen"', { dialect: 'lenient' })),
  malformedPath: thrownBy(() => parser.parsePath('emails[type eq', { dialect: 'lenient' })).at(
    'Operations[0]',
  ),
  malformedIfMatch: thrownBy(() => parseIfMatch('3')),
  attributesAndExcludedAttributes: thrownBy(() =>
    parseProjection('userName', 'emails', BUILT_IN_RESOURCE_TYPES.user),
  ),
  noOperations: thrownBy(() =>
    parseBulkRequest({ Operations: [] }, { dialect: 'lenient', maxOperations: 1000 }),
  ),
  emptyUserName: invalidValue('userName: is required and must not be empty'),
  unknownMember: new UnknownMembersError([{ value: UNKNOWN_ID }]),
  unknownMemberInOperation: new UnknownMembersError([{ value: UNKNOWN_ID, operationIndex: 0 }]),
  takenUserName: uniqueness('userName: another user of this company has this value.'),
  takenDisplayName: uniqueness('displayName: another group of this company has this value.'),
  otherVersion: thrownBy(() => requireVersion({ versions: ['3'] }, '4')),
  tooSlow: bodyTooSlow({ timeout: EXAMPLE_BODY_TIMEOUT_MS }),
  tooLarge: bodyTooLarge({ limit: EXAMPLE_LIMITS.maxPayloadSize, largest: EXAMPLE_LIMITS.maxPayloadSize }),
  tooLargeHere: bodyTooLarge({ limit: EXAMPLE_USER_BODY_LIMIT, largest: EXAMPLE_LIMITS.maxPayloadSize }),
  unreadMediaType: new ScimError(
    415,
    undefined,
    'Content-Type "text/plain" is not read here; send application/scim+json.',
  ),
  unreadEncoding: new ScimError(415, undefined, 'Content-Encoding: send gzip, deflate, br or none.'),
  noUser: notImplemented('/Me is for tokens that stand for a user, and this one does not.'),
} satisfies Readonly<Record<string, ScimError>>;

const { noToken, mayNotRead, mayNotWrite, paused } = REFUSALS;

/** Of every operation that reads. */
export const READING: Refusals = { 401: { Unauthorized: noToken }, 403: { mayNotRead } };
/** Of every operation that changes something. */
export const WRITING: Refusals = {
  401: { Unauthorized: noToken },
  403: { mayNotWrite },
  429: { paused },
};
/** Of every operation that takes something away, or may: a change of a user may switch it off. */
export const REMOVING: Refusals = {
  ...WRITING,
  429: { ...WRITING[429], removalsHeld: REFUSALS.removalsHeld },
};
/** Of every operation whose body may be as large as a group or a bulk job. */
export const WITH_LARGE_BODY: Refusals = {
  408: { tooSlow: REFUSALS.tooSlow },
  413: { tooLarge: REFUSALS.tooLarge },
  415: { unreadMediaType: REFUSALS.unreadMediaType },
};
/** Of every other operation with a body. */
export const WITH_BODY: Refusals = { ...WITH_LARGE_BODY, 413: { tooLargeHere: REFUSALS.tooLargeHere } };
/** Of every operation on one resource. */
export const ON_ONE: Refusals = { 404: { unknownId: REFUSALS.unknownId } };
/** Of every change of one resource. */
export const CONDITIONAL: Refusals = { 412: { otherVersion: REFUSALS.otherVersion } };

/** Of a request that brings a whole resource. */
export const refusalsOfResource = (type: TypeName): Refusals => ({
  ...withBodyOf(type),
  400:
    type === 'User' ? { emptyUserName: REFUSALS.emptyUserName } : { unknownMember: REFUSALS.unknownMember },
  409: takenName(type),
});

/** Of a request that brings operations. */
export const refusalsOfPatch = (type: TypeName): Refusals => ({
  ...withBodyOf(type),
  400:
    type === 'User'
      ? { malformedPath: REFUSALS.malformedPath }
      : { unknownMember: REFUSALS.unknownMemberInOperation },
  409: takenName(type),
});

const withBodyOf = (type: TypeName): Refusals => (type === 'User' ? WITH_BODY : WITH_LARGE_BODY);

const takenName = (type: TypeName): Refusals[number] =>
  type === 'User'
    ? { takenUserName: REFUSALS.takenUserName }
    : { takenDisplayName: REFUSALS.takenDisplayName };
