import { type JsonObject } from '../protocol/json.js';
import { timeOfId } from '../scim/id-times.js';
import { type Change, type ChangeMember, type ChangeMembers, type ChangeResource } from './change.js';
import { type ChangeType } from './change-types.js';
import { type ChangeIds } from './change-ids.js';
import { type EntryMember, type FeedEntry } from './feed.store.js';

/** How long the members of one change are as JSON, at most, in bytes. What is more is read by its address. */
const LONGEST_MEMBERS = 16 * 1024;

/** What a change of a user is by the word of the journal. */
const OF_USERS: Readonly<Record<string, ChangeType>> = {
  create: 'user.created',
  replace: 'user.updated',
  patch: 'user.updated',
  activate: 'user.activated',
  deactivate: 'user.deactivated',
  delete: 'user.deleted',
  erase: 'user.erased',
};

const OF_GROUPS: Readonly<Record<string, ChangeType>> = {
  create: 'group.created',
  replace: 'group.updated',
  patch: 'group.updated',
  members: 'group.members',
  delete: 'group.deleted',
};

const OF_COMPANIES: Readonly<Record<string, ChangeType>> = {
  'guard.warned': 'guard.warned',
  'guard.held': 'guard.held',
  'guard.released': 'guard.released',
  'credential.expiring': 'credential.expiring',
  'company.suspended': 'company.suspended',
  'company.resumed': 'company.resumed',
  'company.silent': 'company.silent',
};

/**
 * The change that an entry tells of; undefined for what the feed does not tell, such as changes of settings.
 *
 * @param urlOfMembers the address of all members of a change, by the slug of its company and its id
 */
export function toChange(
  entry: FeedEntry,
  ids: ChangeIds,
  urlOfMembers: (slug: string, id: string) => string,
): Change | undefined {
  const type = typeOf(entry);
  if (type === undefined) return undefined;
  const id = ids.idOf(entry);
  // Entries of the guard name the resource that a request was about, which it did not change.
  const ofCompany = Object.hasOwn(OF_COMPANIES, type);
  const resource = ofCompany ? undefined : resourceOf(entry);
  const members = membersOf(entry, () => urlOfMembers(entry.slug, id));
  return {
    id,
    type,
    time: timeOfId(BigInt(`0x${entry.entryId}`)).toISOString(),
    txn: entry.txn,
    company: { id: BigInt(entry.companyId).toString(16).padStart(16, '0'), slug: entry.slug },
    actor: { credential: entry.credential },
    ...(resource && { resource }),
    attributes: [...entry.attributes],
    ...(members && { members }),
    ...(entry.detail && ofCompany && { detail: entry.detail }),
  };
}

function typeOf(entry: FeedEntry): ChangeType | undefined {
  const { operation, resourceType } = entry;
  if (operation === null) return undefined;
  if (Object.hasOwn(OF_COMPANIES, operation)) return OF_COMPANIES[operation];
  if (resourceType !== 'User' && resourceType !== 'Group') return undefined;
  const word = operation === 'restore' ? restoredAs(entry) : operation;
  const types = resourceType === 'User' ? OF_USERS : OF_GROUPS;
  return Object.hasOwn(types, word) ? types[word] : undefined;
}

/** What a restore is in the feed: a resource was created, a user was activated or deactivated, or members changed. */
function restoredAs({ detail, changed }: FeedEntry): string {
  if (detail?.['deleted'] === true) return 'create';
  const active = detail?.['active'];
  if (typeof active === 'boolean') return active ? 'activate' : 'deactivate';
  return changed > 0 ? 'members' : 'replace';
}

function resourceOf(entry: FeedEntry): ChangeResource | undefined {
  const { resourceType: type, resourceId: id, externalId, display, userName, active, version } = entry;
  if ((type !== 'User' && type !== 'Group') || id === null) return undefined;
  return {
    type,
    id,
    version: version ?? 0,
    ...(externalId !== null && { externalId }),
    ...(display !== null && { displayName: display }),
    ...(userName !== null && { userName }),
    ...(active !== null && { active }),
  };
}

function membersOf({ changed, members }: FeedEntry, url: () => string): ChangeMembers | undefined {
  if (changed === 0) return undefined;
  const told: ChangeMembers = { added: [], removed: [], omitted: changed };
  let length = 0;
  for (const member of members) {
    const shown = toChangeMember(member);
    length += Buffer.byteLength(JSON.stringify(shown)) + 1;
    if (length > LONGEST_MEMBERS) break;
    told[member.sign === 1 ? 'added' : 'removed'].push(shown);
    told.omitted -= 1;
  }
  return told.omitted === 0 ? told : { ...told, url: url() };
}

/** A member as the feed shows it. */
export function toChangeMember({ id, type, name, externalId }: EntryMember): ChangeMember {
  const named: JsonObject = type === 'User' ? { userName: name } : { displayName: name };
  return {
    value: id,
    type,
    ...(name !== null && named),
    ...(externalId !== null && { externalId }),
  };
}
