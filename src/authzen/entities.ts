import { Problem } from '../admin-api/http/problem.js';
import {
  GROUP_ID_TYPES,
  type GroupIdType,
  type MembershipQuestion,
  type MembershipRule,
  type Named,
  type NamedGroup,
  type NamedUser,
  USER_ID_TYPES,
  type UserIdType,
} from '../checks/membership-question.js';
import { isJsonObject, type JsonObject, ownValue } from '../protocol/json.js';

/** The actions that are decided: to be a member, by way of other groups too, and to be one of the group itself. */
export const ACTIONS = ['member', 'direct_member'] as const;

/** Why a well-formed request is denied whoever it is about: nothing else than memberships of users in groups is decided. */
type UnknownReason = 'unknown_subject_type' | 'unknown_action' | 'unknown_resource_type';

/** What a request asks for, or why it is denied in any case. */
export type Read<T> =
  | { readonly asked: T; readonly reason?: undefined }
  | { readonly asked?: undefined; readonly reason: UnknownReason };

/** Who is searched for, or what. */
export interface SubjectSearch {
  readonly group: NamedGroup;
  readonly rule: MembershipRule;
}
export interface ResourceSearch {
  readonly user: NamedUser;
  readonly rule: MembershipRule;
}

interface Entity {
  readonly type: string;
  readonly id: string;
  readonly properties: JsonObject;
}

/**
 * Reads an Access Evaluation Request (AuthZEN 1.0 §6.1).
 *
 * @throws Problem 400 where something that is required is missing or no text, or names are of a kind that is not known
 */
export function readEvaluation(body: JsonObject): Read<MembershipQuestion> {
  const subject = readEntity(body, 'subject');
  const action = readAction(body);
  const resource = readEntity(body, 'resource');
  const rule = readRule(body, action);
  const reason = unknownOf({ subject, action, resource });
  if (reason) return { reason };
  return { asked: { user: nameUser(subject), group: nameGroup(resource), ...rule } };
}

/**
 * Reads a Subject Search Request (§8.4.1). An `id` of the subject is ignored.
 *
 * @throws Problem 400 as {@link readEvaluation}
 */
export function readSubjectSearch(body: JsonObject): Read<SubjectSearch> {
  const subject = readSearched(body, 'subject');
  const action = readAction(body);
  const resource = readEntity(body, 'resource');
  const rule = readRule(body, action);
  const reason = unknownOf({ subject, action, resource });
  return reason ? { reason } : { asked: { group: nameGroup(resource), rule } };
}

/**
 * Reads a Resource Search Request (§8.5.1). An `id` of the resource is ignored.
 *
 * @throws Problem 400 as {@link readEvaluation}
 */
export function readResourceSearch(body: JsonObject): Read<ResourceSearch> {
  const subject = readEntity(body, 'subject');
  const action = readAction(body);
  const resource = readSearched(body, 'resource');
  const rule = readRule(body, action);
  const reason = unknownOf({ subject, action, resource });
  return reason ? { reason } : { asked: { user: nameUser(subject), rule } };
}

/**
 * Reads an Action Search Request (§8.6.1): a question for each of {@link ACTIONS}.
 *
 * @throws Problem 400 as {@link readEvaluation}
 */
export function readActionSearch(body: JsonObject): Read<readonly MembershipQuestion[]> {
  const questions = ACTIONS.map((name) => readEvaluation({ ...body, action: { name } }));
  const asked = questions.flatMap(({ asked }) => asked ?? []);
  const [first] = questions;
  return first?.reason ? { reason: first.reason } : { asked };
}

function readEntity(body: JsonObject, name: 'subject' | 'resource'): Entity {
  const { entity, type } = readSearched(body, name);
  return {
    type,
    id: textIn(entity, 'id', name),
    properties: objectIn(entity, 'properties', `${name}.`) ?? {},
  };
}

function readSearched(body: JsonObject, name: 'subject' | 'resource'): { entity: JsonObject; type: string } {
  const entity = objectIn(body, name);
  if (entity === undefined) throw missing(name, 'an object');
  return { entity, type: textIn(entity, 'type', name) };
}

function readAction(body: JsonObject): string {
  const action = objectIn(body, 'action');
  if (action === undefined) throw missing('action', 'an object');
  objectIn(action, 'properties', 'action.');
  return textIn(action, 'name', 'action');
}

/** Inactive users count where `context.includeInactive` is true. */
function readRule(body: JsonObject, action: string): MembershipRule {
  const includeInactive = ownValue(objectIn(body, 'context') ?? {}, 'includeInactive') ?? false;
  if (typeof includeInactive !== 'boolean') {
    throw new Problem(400, 'context.includeInactive is true or false.');
  }
  return { directOnly: action === 'direct_member', includeInactive };
}

function unknownOf({
  subject,
  action,
  resource,
}: {
  readonly subject: { readonly type: string };
  readonly action: string;
  readonly resource: { readonly type: string };
}): UnknownReason | undefined {
  if (subject.type !== 'user') return 'unknown_subject_type';
  if (!ACTIONS.some((known) => known === action)) return 'unknown_action';
  return resource.type === 'group' ? undefined : 'unknown_resource_type';
}

const nameUser = (subject: Entity): NamedUser => named<UserIdType>(subject, USER_ID_TYPES, 'subject');
const nameGroup = (resource: Entity): NamedGroup => named<GroupIdType>(resource, GROUP_ID_TYPES, 'resource');

function named<T extends string>(
  { id, properties }: Entity,
  idTypes: readonly (T | 'id')[],
  entity: string,
): Named<T | 'id'> {
  const asked = ownValue(properties, 'idType') ?? 'id';
  const by = idTypes.find((known) => known === asked);
  if (by === undefined) {
    throw new Problem(
      400,
      `${entity}.properties.idType is one of ${idTypes.join(', ')}; id where it is left out.`,
    );
  }
  return { by, value: id };
}

/** An object that may be left out. */
function objectIn(object: JsonObject, name: string, above = ''): JsonObject | undefined {
  const value = ownValue(object, name);
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw new Problem(400, `${above}${name} is an object.`);
  return value;
}

function textIn(object: JsonObject, name: string, above: string): string {
  const value = ownValue(object, name);
  if (value === undefined) throw missing(`${above}.${name}`, 'a text');
  if (typeof value !== 'string' || value === '') {
    throw new Problem(400, `${above}.${name} is a text that is not empty.`);
  }
  return value;
}

const missing = (place: string, kind: string): Problem =>
  new Problem(400, `${place} is missing: ${kind} is required.`);
