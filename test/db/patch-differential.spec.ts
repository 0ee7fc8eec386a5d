import fc from 'fast-check';
import { type Dialect } from '../../src/protocol/dialect/dialect.js';
import { ScimError } from '../../src/protocol/error/scim-error.js';
import { equalJson, isJsonObject, type Json, type JsonObject } from '../../src/protocol/json.js';
import { applyChangeSet } from '../../src/protocol/patch/apply-change-set.js';
import { type Change, type ChangeSet } from '../../src/protocol/patch/change-set.js';
import { planMembership } from '../../src/protocol/patch/membership-plan.js';
import { PatchOperationEngine } from '../../src/protocol/patch/patch-operation-engine.js';
import { isMembers } from '../../src/protocol/resource/member-ids.js';
import { readResource } from '../../src/protocol/resource/read-resource.js';
import {
  type Attributes,
  displayOfUser,
  type StoredGroup,
  type StoredUser,
} from '../../src/protocol/resource/resource.js';
import { type ResourceType } from '../../src/protocol/schema/schema.js';
import { foldCase } from '../../src/protocol/text/fold-case.js';
import { AttributeForms } from '../../src/persistence/indexed-forms/attribute-forms.js';
import { searchDocument } from '../../src/persistence/sql/search-document.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { ClientPatchSource } from '../support/arbitraries/client-patch.arbitrary.js';
import { usersToCreate } from '../support/arbitraries/company.arbitrary.js';
import { EVERY_TYPE } from '../support/arbitraries/every-type.schema.js';
import { type MemberPool, PatchSource } from '../support/arbitraries/patch.arbitrary.js';
import { print, seededRun } from '../support/arbitraries/seeded-run.js';
import { ValueSource } from '../support/arbitraries/value.arbitrary.js';
import { delta, membersOf, StoreRig } from './store-rig.js';

const GROUP_SEQUENCES = 380;
const USER_SEQUENCES = 140;
const LEAST_SEQUENCES = 500;
const LEAST_CHANGING = 0.3;
const LEAST_REFUSED = 0.2;
const PEOPLE = 10;
/** Stands in generated messages for the id of the group that they are sent to. */
const SELF = '5e1f5e1f5e1f5e1f';
const GROUP_NAMES = ['Engineering', 'ΟΔΟΣ', 'a_b%', 'engineers'];

const { seed, factor } = seededRun('patch differential');
const engine = new PatchOperationEngine();
const values = new ValueSource(seed);

/** A company whose users and groups stay as they are while other groups and users are changed. */
interface Setting {
  readonly scope: CompanyScope;
  readonly pool: Omit<MemberPool, 'present'>;
  /** By id; what a group says of a member. */
  readonly known: ReadonlyMap<string, JsonObject>;
  readonly userNames: readonly string[];
}

interface Tally {
  sequences: number;
  messages: number;
  changing: number;
  refused: number;
}

let rig: StoreRig;
let settings: readonly Setting[];
const counted: Tally = { sequences: 0, messages: 0, changing: 0, refused: 0 };
let names = 0;

beforeAll(async () => {
  rig = await StoreRig.open(EVERY_TYPE);
  const stranger = await rig.users.insert(await rig.company(), { userName: 'stranger' }, NOTHING_DERIVED);
  settings = [
    await makeSetting(await rig.company(), stranger.id),
    await makeSetting(
      await rig.company({ unknownMembers: 'ignore', duplicateGroupNames: true }),
      stranger.id,
    ),
  ];
}, 60_000);
afterAll(() => rig.close());

const NOTHING_DERIVED = { groups: false, manager: false };

async function makeSetting(scope: CompanyScope, stranger: string): Promise<Setting> {
  const known = new Map<string, JsonObject>();
  const userNames: string[] = [];
  for (const attributes of usersToCreate(values, PEOPLE, seed)) {
    const { id } = await rig.users.insert(scope, attributes, NOTHING_DERIVED);
    known.set(id, asMember(id, 'User', displayOfUser(attributes)));
    userNames.push(textAt(attributes, 'userName'));
  }
  for (const displayName of GROUP_NAMES) {
    const { group } = await rig.groups.insert(scope, { displayName }, delta({}), { members: false });
    known.set(group.id, asMember(group.id, 'Group', displayName));
  }
  const ids = [...known.keys()];
  const displays = [...known.values()].map((member) => textAt(member, 'display'));
  const strangers = [
    '0000000000000001',
    'nobody',
    '',
    stranger,
    'ffffffffffffffff',
    (ids[0] ?? '').toUpperCase(),
  ];
  return {
    scope,
    pool: { ids, strangers, displays: [...new Set([...displays, 'a', 'Nobody'])] },
    known,
    userNames,
  };
}

function asMember(value: string, type: 'User' | 'Group', display: string): JsonObject {
  return { value, $ref: `/${type}s/${value}`, display, type };
}

function textAt(value: Json, name: string): string {
  const text = isJsonObject(value) ? value[name] : undefined;
  return typeof text === 'string' ? text : '';
}

/** Undefined where the request is refused; anything but a refusal is thrown on. */
async function unlessRefused<T>(attempt: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof ScimError && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
}

interface GroupState {
  readonly attributes: Attributes;
  readonly members: readonly Json[];
}

/** The group after a PATCH, by the in-memory evaluator alone. */
function patchedInMemory(before: GroupState, changeSet: ChangeSet, setting: Setting, id: string): GroupState {
  const attributes = applyChangeSet(before.attributes, changeSet, EVERY_TYPE.group);
  const name = foldCase(textAt(attributes, 'displayName'));
  const mayRepeat = setting.scope.settings.duplicateGroupNames;
  if (!mayRepeat && GROUP_NAMES.some((taken) => foldCase(taken) === name))
    throw new ScimError(409, 'uniqueness', name);
  // What a member is called while a request runs is what it was called before.
  const known = new Map(setting.known).set(
    id,
    asMember(id, 'Group', textAt(before.attributes, 'displayName')),
  );
  const changes = changeSet.changes.filter((change) => 'target' in change && isMembers(change.target));
  const members = changes.reduce<readonly Json[]>(
    (present, change) =>
      changeMembers(present, { ...changeSet, changes: [onlyKnown(change, known, setting)] }, known),
    before.members,
  );
  return { attributes, members };
}

function changeMembers(
  members: readonly Json[],
  changeSet: ChangeSet,
  known: ReadonlyMap<string, JsonObject>,
): readonly Json[] {
  const { members: changed } = applyChangeSet({ members }, changeSet, EVERY_TYPE.group);
  return (changed as readonly JsonObject[]).map((member) => known.get(textAt(member, 'value')) ?? null);
}

/** Every id that is to be added must be somebody's, or it is left out where the company says so. */
function onlyKnown(change: Change, known: ReadonlyMap<string, JsonObject>, { scope }: Setting): Change {
  if (change.kind !== 'addMembers' && change.kind !== 'replaceMembers') return change;
  const kept = change.ids.filter((id) => known.has(id));
  if (kept.length < change.ids.length && scope.settings.unknownMembers === 'reject') {
    throw new ScimError(400, 'invalidValue', 'unknown member');
  }
  return { ...change, ids: kept };
}

async function asState(group: StoredGroup): Promise<GroupState> {
  const members = await membersOf(group);
  return {
    attributes: group.attributes,
    members: members.map(({ value, type, display }) => asMember(value, type, display)),
  };
}

function idsIn({ members }: GroupState): string[] {
  return members.map((member) => textAt(member, 'value')).sort();
}

/** What has to be the same on both sides, and reads well where it is not. */
function comparable(state: GroupState): { attributes: Attributes; members: string[] } {
  return { attributes: state.attributes, members: idsIn(state) };
}

async function patchGroup(
  setting: Setting,
  before: StoredGroup,
  message: JsonObject,
  dialect: Dialect,
): Promise<StoredGroup> {
  const { scope } = setting;
  const plan = (): ChangeSet => engine.plan(message, EVERY_TYPE.group, { dialect, maxOperations: 100 });
  const present = await asState(before);
  const expected = await unlessRefused(() => patchedInMemory(present, plan(), setting, before.id));
  const written = await unlessRefused(() => {
    const changes = plan();
    const update = {
      change: (attributes: Attributes) => applyChangeSet(attributes, changes, EVERY_TYPE.group),
      membership: planMembership(changes),
      precondition: undefined,
    };
    return rig.groups.update(scope, before.id, update, { members: true });
  });
  const after = await rig.groups.find(scope, before.id, { members: true });
  if (!after) throw new Error('the group is gone');
  const context = { dialect, message, before: comparable(present) };
  expect({ ...context, refused: written === undefined }).toEqual({
    ...context,
    refused: expected === undefined,
  });
  const wanted = expected ?? present;
  expect({ ...context, after: comparable(await asState(after)) }).toEqual({
    ...context,
    after: comparable(wanted),
  });
  const changed =
    !equalJson(present.attributes, wanted.attributes) || !equalJson(idsIn(present), idsIn(wanted));
  if (written) expect(written).toMatchObject({ group: after, changed });
  expectVersion(context, before, after, changed);
  count(changed, expected === undefined);
  return after;
}

function expectVersion(
  context: object,
  before: StoredGroup | StoredUser,
  after: StoredGroup | StoredUser,
  changed: boolean,
): void {
  const version = String(Number(before.version) + (changed ? 1 : 0));
  expect({ ...context, version: after.version }).toEqual({ ...context, version });
  expect(after.created).toBe(before.created);
  if (changed) expect(after.lastModified >= before.lastModified).toBe(true);
  else expect(after.lastModified).toBe(before.lastModified);
}

function count(changed: boolean, refused: boolean): void {
  counted.messages++;
  if (changed) counted.changing++;
  if (refused) counted.refused++;
}

async function patchUser(
  setting: Setting,
  before: StoredUser,
  message: JsonObject,
  dialect: Dialect,
): Promise<StoredUser> {
  const plan = (): ChangeSet => engine.plan(message, EVERY_TYPE.user, { dialect, maxOperations: 100 });
  const expected = await unlessRefused(() => {
    const attributes = applyChangeSet(before.attributes, plan(), EVERY_TYPE.user);
    const name = foldCase(textAt(attributes, 'userName'));
    if (setting.userNames.some((taken) => foldCase(taken) === name))
      throw new ScimError(409, 'uniqueness', name);
    return attributes;
  });
  const written = await unlessRefused(() => {
    const changes = plan();
    const change = (attributes: Attributes): Attributes =>
      applyChangeSet(attributes, changes, EVERY_TYPE.user);
    return rig.users.update(setting.scope, before.id, change, undefined, NOTHING_DERIVED);
  });
  const after = await rig.users.find(setting.scope, before.id, NOTHING_DERIVED);
  if (!after) throw new Error('the user is gone');
  const context = { dialect, message, before: before.attributes };
  expect({ ...context, refused: written === undefined }).toEqual({
    ...context,
    refused: expected === undefined,
  });
  const wanted = expected ?? before.attributes;
  expect({ ...context, after: after.attributes }).toEqual({ ...context, after: wanted });
  const changed = !equalJson(before.attributes, wanted);
  if (written) expect(written).toEqual({ user: after, changed });
  expectVersion(context, before, after, changed);
  count(changed, expected === undefined);
  return after;
}

const forms = AttributeForms.of(EVERY_TYPE);

/** What searches look at is kept beside what was sent, and must not fall behind. */
async function expectSearchable(table: 'users' | 'groups', id: string, type: ResourceType): Promise<void> {
  const { rows } = await rig.admin.query<{ attributes: Attributes; search: JsonObject }>(
    `SELECT attributes, search FROM ${table} WHERE id = read_resource_id($1)`,
    [id],
  );
  expect(rows.map(({ search }) => search)).toEqual(
    rows.map((row) => searchDocument(forms, type, row.attributes)),
  );
}

function aboutItself(message: JsonObject, id: string): JsonObject {
  return JSON.parse(JSON.stringify(message).replaceAll(SELF, id)) as JsonObject;
}

const eitherMessage = (source: PatchSource, clients: ClientPatchSource): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    { weight: 3, arbitrary: source.message() },
    { weight: 1, arbitrary: clients.message().map(({ sent }) => sent) },
  );

const anyDialect = fc.constantFrom<Dialect>('lenient', 'strict');

describe('PATCH in PostgreSQL and in memory', () => {
  it('PAT-04, PAT-07, PAT-17, PAT-24: a group has the same attributes, members and version on both sides', async () => {
    const anySetting = fc.integer({ min: 0, max: settings.length - 1 });
    const placed = anySetting.chain((number) =>
      fc.record({
        number: fc.constant(number),
        members: fc.subarray([...(settings[number] as Setting).pool.ids], { maxLength: 8 }),
      }),
    );
    const sequence = placed.chain(({ number, members }) => {
      const { pool: others } = settings[number] as Setting;
      const pool = { ...others, ids: [...others.ids, SELF], present: members };
      const source = new PatchSource(EVERY_TYPE.group, values, pool, GROUP_NAMES);
      const clients = new ClientPatchSource(EVERY_TYPE.group, values, pool.ids);
      return fc.record({
        number: fc.constant(number),
        members: fc.constant(members),
        dialect: anyDialect,
        body: values.body(EVERY_TYPE.group, ['displayName', 'members']),
        messages: fc.array(eitherMessage(source, clients), { minLength: 1, maxLength: 3 }),
      });
    });
    const property = fc.asyncProperty(sequence, async ({ number, dialect, body, members, messages }) => {
      const setting = settings[number] as Setting;
      const displayName = `group ${++names}`;
      const { attributes } = readResource({ ...body, displayName }, EVERY_TYPE.group, { dialect: 'strict' });
      const { group } = await rig.groups.insert(setting.scope, attributes, delta({ add: members }), {
        members: true,
      });
      let present = group;
      for (const message of messages) {
        present = await patchGroup(setting, present, aboutItself(message, group.id), dialect);
      }
      await expectSearchable('groups', group.id, EVERY_TYPE.group);
      expect(await rig.groups.delete(setting.scope, group.id, undefined)).toBe(true);
      counted.sequences++;
    });
    await fc.assert(property, { seed, numRuns: Math.ceil(GROUP_SEQUENCES * factor) });
  }, 600_000);

  it('PAT-04, PAT-07, PAT-42: a user has the same attributes and version on both sides', async () => {
    const [setting] = settings as [Setting, Setting];
    const source = new PatchSource(EVERY_TYPE.user, values, undefined, setting.userNames);
    const clients = new ClientPatchSource(EVERY_TYPE.user, values, []);
    const sequence = fc.record({
      dialect: anyDialect,
      body: values.body(EVERY_TYPE.user, ['userName']),
      messages: fc.array(eitherMessage(source, clients), { minLength: 1, maxLength: 3 }),
    });
    const property = fc.asyncProperty(sequence, async ({ dialect, body, messages }) => {
      const userName = `user ${++names}`;
      const { attributes } = readResource({ ...body, userName }, EVERY_TYPE.user, { dialect: 'strict' });
      let present = await rig.users.insert(setting.scope, attributes, NOTHING_DERIVED);
      const { id } = present;
      for (const message of messages) present = await patchUser(setting, present, message, dialect);
      await expectSearchable('users', id, EVERY_TYPE.user);
      expect(await rig.users.delete(setting.scope, id, undefined)).toBe(true);
      counted.sequences++;
    });
    await fc.assert(property, { seed, numRuns: Math.ceil(USER_SEQUENCES * factor) });
  }, 600_000);

  it('saw enough sequences, of which enough changed something and enough were refused', () => {
    const { sequences, messages, changing, refused } = counted;
    const percent = (part: number): string => `${((100 * part) / messages).toFixed(1)} %`;
    print(
      `patch differential: ${sequences} sequences of ${messages} messages, ` +
        `${percent(changing)} change something, ${percent(refused)} are refused`,
    );
    expect(sequences).toBeGreaterThanOrEqual(LEAST_SEQUENCES * factor);
    expect(changing / messages).toBeGreaterThanOrEqual(LEAST_CHANGING);
    expect(refused / messages).toBeGreaterThanOrEqual(LEAST_REFUSED);
  });
});
