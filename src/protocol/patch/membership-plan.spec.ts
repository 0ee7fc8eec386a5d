import fc from 'fast-check';
import { piecesOf } from '../../../test/support/pieces.js';
import { runs } from '../../../test/support/property-runs.js';
import { type Json, type JsonObject } from '../json.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { SLICE } from '../work.js';
import { applyChangeSet } from './apply-change-set.js';
import { type ChangeSet, type MembershipPlan } from './change-set.js';
import { selectsElement } from './element-filter.js';
import { planMembership, planMembershipWork, relativeReferences } from './membership-plan.js';
import { PatchOperationEngine } from './patch-operation-engine.js';

const engine = new PatchOperationEngine();
const [members] = BUILT_IN_RESOURCE_TYPES.group.schema.attributes.filter(({ name }) => name === 'members');

function plan(operations: readonly JsonObject[]): ChangeSet {
  return engine.plan({ Operations: operations }, BUILT_IN_RESOURCE_TYPES.group, {
    dialect: 'lenient',
    maxOperations: 1000,
  });
}

/** Whether a member is a user or a group is known as soon as it is there, whoever added it. */
const TYPES: Readonly<Record<string, string>> = {
  a: 'User',
  b: 'Group',
  c: 'User',
  d: 'Group',
  e: 'User',
  f: 'User',
};
const asMember = (value: string): JsonObject => ({ value, type: TYPES[value] ?? 'User' });

/** What the plan's steps mean, on a list of members. */
function follow({ steps }: MembershipPlan, before: readonly JsonObject[]): JsonObject[] {
  if (!members) throw new Error('no members');
  let present = [...before];
  for (const step of steps) {
    if (step.kind === 'removeWhere') {
      present = present.filter((member) => !selectsElement({ attribute: members }, step.filter, member));
      continue;
    }
    const added = new Set(step.add);
    const removed = new Set(step.remove);
    if (step.clear) present = present.filter(({ value }) => added.has(value as string));
    present = present.filter(({ value }) => !removed.has(value as string));
    const known = new Set(present.map(({ value }) => value));
    present.push(...step.add.filter((id) => !known.has(id)).map(asMember));
  }
  return present;
}

/** The oracle, change by change, so that every filter sees what is known of the members before it. */
function apply(changes: ChangeSet, before: readonly JsonObject[]): readonly JsonObject[] {
  return changes.changes.reduce<readonly JsonObject[]>((present, change) => {
    const one = { ...changes, changes: [change] };
    const after = applyChangeSet({ displayName: 'G', members: present }, one, BUILT_IN_RESOURCE_TYPES.group);
    return idsOf(after['members']).map(asMember);
  }, before);
}

const idsOf = (list: Json | undefined): string[] =>
  (list as JsonObject[]).map(({ value }) => value as string).sort();

describe('planMembership', () => {
  it('folds operations on ids into one delta', () => {
    const { steps, references } = planMembership(
      plan([
        { op: 'add', path: 'members', value: [{ value: 'a' }, { value: 'b' }] },
        { op: 'remove', path: 'members[value eq "b" or value eq "c"]' },
        { op: 'remove', path: 'members', value: [{ value: 'd' }] },
        { op: 'add', path: 'members', value: [{ value: 'd' }, { value: 'a' }] },
        { op: 'replace', path: 'displayName', value: 'G' },
      ]),
    );
    expect(steps).toEqual([{ kind: 'delta', clear: false, add: ['a', 'd'], remove: ['b', 'c'] }]);
    expect(references).toEqual([
      { value: 'a', operationIndex: 0 },
      { value: 'b', operationIndex: 0 },
      { value: 'd', operationIndex: 3 },
    ]);
  });

  it('PAT-24: takes out a member whose id is written in capitals, as a filter on it does', () => {
    const listed = plan([{ op: 'remove', path: 'members', value: [{ value: '0AB' }] }]);
    const filtered = plan([{ op: 'remove', path: 'members[value eq "0AB"]' }]);
    for (const changes of [listed, filtered]) {
      expect(planMembership(changes).steps).toEqual([
        { kind: 'delta', clear: false, add: [], remove: ['0ab'] },
      ]);
    }
    const undone = plan([
      { op: 'add', path: 'members', value: [{ value: '0ab' }] },
      { op: 'remove', path: 'members', value: [{ value: '0AB' }] },
    ]);
    expect(planMembership(undone).steps).toEqual([{ kind: 'delta', clear: false, add: [], remove: ['0ab'] }]);
  });

  it('O6, OKTA-023: a replacement forgets what came before', () => {
    const { steps } = planMembership(
      plan([
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'add', path: 'members', value: [{ value: 'b' }] },
        { op: 'replace', path: 'members', value: [{ value: 'b' }, { value: 'a' }] },
        { op: 'remove', path: 'members[value eq "z"]' },
      ]),
    );
    expect(steps).toEqual([{ kind: 'delta', clear: true, add: ['b', 'a'], remove: [] }]);
  });

  it('keeps a step of its own for every other filter', () => {
    const { steps } = planMembership(
      plan([
        { op: 'add', path: 'members', value: [{ value: 'a' }] },
        { op: 'remove', path: 'members[type eq "Group"]' },
        { op: 'remove', path: 'members[value eq "b" and type eq "User"]' },
        { op: 'remove', path: 'members' },
      ]),
    );
    expect(steps.map(({ kind }) => kind)).toEqual(['delta', 'removeWhere', 'removeWhere', 'delta']);
    expect(steps.at(-1)).toEqual({ kind: 'delta', clear: true, add: [], remove: [] });
  });

  it('0.5.1: has no step where no operation names members', () => {
    const changes = plan([{ op: 'replace', value: { displayName: 'G', externalId: 'e', id: 'x' } }]);
    expect(planMembership(changes)).toEqual({ steps: [], references: [] });
  });

  it('means what applyChangeSet does', () => {
    const counts = { runs: 0, changed: 0, filtered: 0 };
    const often = runs(2000);
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const values = fc.array(
      id.map((value) => ({ value })),
      { maxLength: 3 },
    );
    const filter = fc.oneof(
      id.map((value) => `value eq "${value}"`),
      fc.tuple(id, id).map(([left, right]) => `value eq "${left}" or value eq "${right}"`),
      id.map((value) => `value gt "${value}"`),
      fc.constantFrom('type eq "Group"', 'not (value eq "a")', 'value eq "a" and type eq "User"'),
    );
    const operation: fc.Arbitrary<JsonObject> = fc.oneof(
      { weight: 4, arbitrary: values.map((value) => ({ op: 'add', path: 'members', value })) },
      { weight: 3, arbitrary: values.map((value) => ({ op: 'remove', path: 'members', value })) },
      { weight: 4, arbitrary: filter.map((text) => ({ op: 'remove', path: `members[${text}]` })) },
      { weight: 1, arbitrary: values.map((value) => ({ op: 'replace', value: { members: value } })) },
      { weight: 1, arbitrary: fc.constant({ op: 'remove', path: 'members' }) },
    );
    const present = fc.uniqueArray(id).map((ids) => ids.map(asMember));
    fc.assert(
      fc.property(present, fc.array(operation, { minLength: 1, maxLength: 6 }), (before, operations) => {
        const changes = plan(operations);
        const after = idsOf(apply(changes, before));
        const membership = planMembership(changes);
        expect(idsOf(follow(membership, before))).toEqual(after);
        for (const step of membership.steps) {
          if (step.kind === 'delta')
            expect(step.add.filter((added) => step.remove.includes(added))).toEqual([]);
          else counts.filtered++;
        }
        counts.runs++;
        if (idsOf(before).join() !== after.join()) counts.changed++;
      }),
      often,
    );
    expect(counts.runs).toBeGreaterThanOrEqual(often.numRuns);
    expect(counts.changed / counts.runs).toBeGreaterThan(0.3);
    expect(counts.filtered / counts.runs).toBeGreaterThan(0.25);
  });

  it.each([
    'value eq "a" or type eq "User"',
    'value eq "a" or not (value eq "b")',
    'value ne "a"',
    'value co "a"',
    'value pr',
    'value eq null',
    'type eq "a"',
    'not (value eq "a")',
  ])('asks a filter that means more than ids: %s', (text) => {
    const { steps } = planMembership(plan([{ op: 'remove', path: `members[${text}]` }]));
    expect(steps).toEqual([{ kind: 'removeWhere', filter: expect.anything() as unknown }]);
  });

  it('refers to those that a replacement names, each where it is named first', () => {
    const { references } = planMembership(
      plan([
        { op: 'replace', path: 'members', value: [{ value: 'a' }] },
        { op: 'add', path: 'members', value: [{ value: 'b' }, { value: 'a' }] },
        { op: 'remove', path: 'members', value: [{ value: 'c' }] },
      ]),
    );
    expect(references).toEqual([
      { value: 'a', operationIndex: 0 },
      { value: 'b', operationIndex: 1 },
    ]);
  });

  it.each(['add', 'replace', 'remove'])('goes in pieces through the members of one operation: %s', (op) => {
    const value = Array.from({ length: 20 * SLICE }, (_, index) => ({ value: `id-${index}` }));
    expect(piecesOf(planMembershipWork(plan([{ op, path: 'members', value }])))).toBeGreaterThanOrEqual(20);
  });

  it('leaves other attributes of the group and its extensions to others', () => {
    const extension = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group';
    const changes = plan([
      { op: 'remove', path: extension },
      { op: 'add', path: `${extension}:owner`, value: ['o'] },
      { op: 'add', path: 'members', value: [{ value: 'a' }] },
    ]);
    expect(changes.changes).toHaveLength(3);
    expect(planMembership(changes).steps).toEqual([{ kind: 'delta', clear: false, add: ['a'], remove: [] }]);
  });
});

describe('relativeReferences', () => {
  const base = 'https://example.org/scim/v2';
  const relative = (text: string): unknown => {
    const planned = planMembership(plan([{ op: 'remove', path: `members[${text}]` }]));
    return relativeReferences(planned, base).steps.map((step) => step.kind === 'removeWhere' && step.filter);
  };
  const filters = (text: string): unknown => {
    const planned = planMembership(plan([{ op: 'remove', path: `members[${text}]` }]));
    return planned.steps.map((step) => step.kind === 'removeWhere' && step.filter);
  };

  it.each([
    [`$ref eq "${base}/Users/1"`, '$ref eq "/Users/1"'],
    [`$ref ne "${base}/Groups/1"`, '$ref ne "/Groups/1"'],
    [`$ref sw "${base}/Users/"`, '$ref sw "/Users/"'],
    [`$ref sw "${base}/Groups/0"`, '$ref sw "/Groups/0"'],
    [`$ref co "${base}/Users/1"`, '$ref co "/Users/1"'],
    [`$ref ew "${base}/Users/1"`, '$ref ew "/Users/1"'],
    [`$ref co "${base}/Users/"`, '$ref co "/Users/"'],
    // Less than the endpoint may be a part of any URI.
    [`$ref co "${base}/"`, `$ref co "${base}/"`],
    ['$ref ew "https://example.org/scim/Users/1"', '$ref ew "https://example.org/scim/Users/1"'],
    ['$ref eq "https://example.org/scim/Users/1"', '$ref eq "/Users/1"'],
    ['$ref ew "/Users/1"', '$ref ew "/Users/1"'],
    ['$ref co "Users"', '$ref co "Users"'],
    [`$ref eq "https://elsewhere.org/scim/v2/Users/1"`, '$ref eq "https://elsewhere.org/scim/v2/Users/1"'],
    [`not ($ref eq "${base}/Users/1")`, 'not ($ref eq "/Users/1")'],
    [`$ref eq "${base}/Users/1" and type eq "User"`, '$ref eq "/Users/1" and type eq "User"'],
    [`$ref eq "${base}/Users/1" or $ref eq "${base}/Users/2"`, '$ref eq "/Users/1" or $ref eq "/Users/2"'],
    [`display eq "${base}/Users/1"`, `display eq "${base}/Users/1"`],
    ['$ref pr', '$ref pr'],
  ])('GRP-03: %s finds %s', (given, expected) => {
    expect(relative(given)).toEqual(filters(expected));
  });

  it('leaves steps on ids, and what else the plan says', () => {
    const planned = planMembership(plan([{ op: 'add', path: 'members', value: [{ value: 'a' }] }]));
    expect(relativeReferences({ ...planned, unknown: 'ignore' }, base)).toEqual({
      ...planned,
      unknown: 'ignore',
    });
  });
});

describe('planMembershipWork', () => {
  const pieces = (op: string, length: number): number => {
    const value = Array.from({ length }, (_, index) => ({ value: `m${index}` }));
    return piecesOf(planMembershipWork(plan([{ op, path: 'members', value }])));
  };

  it.each([
    // Each id is looked at twice: as a reference, and as a part of the delta.
    ['add', 2],
    ['replace', 2],
    // What is removed is no reference.
    ['remove', 1],
  ])('to %s members may be interrupted behind each slice of them, and behind the operation', (op, looks) => {
    expect(pieces(op, SLICE - 1)).toBe(2);
    expect(pieces(op, SLICE)).toBe(2 + looks);
    expect(pieces(op, 2 * SLICE - 1)).toBe(2 + looks);
    expect(pieces(op, 2 * SLICE)).toBe(2 + 2 * looks);
  });
});
