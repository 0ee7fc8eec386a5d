import fc from 'fast-check';
import { EQUIPPED_USER, PARKING } from '../../../test/support/equipped-user.js';
import { piecesOf } from '../../../test/support/pieces.js';
import { runs } from '../../../test/support/property-runs.js';
import { type Dialect } from '../dialect/dialect.js';
import { ScimError } from '../error/scim-error.js';
import { equalJson, isJsonArray, type Json, type JsonObject } from '../json.js';
import { countPrimaries, elementKey } from '../resource/element-identity.js';
import { type Attributes } from '../resource/resource.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { attribute } from '../schema/define-attribute.js';
import { finish, SLICE, type Work } from '../work.js';
import { applyChangeSet, applyChangeSetWork } from './apply-change-set.js';
import { type Change, type ChangeSet } from './change-set.js';
import { planMembership } from './membership-plan.js';
import { PatchBudget } from './patch-budget.js';
import { PatchOperationEngine } from './patch-operation-engine.js';
import { titled } from '../../../test/support/titled.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const engine = new PatchOperationEngine();
const NOTHING: ChangeSet = { changes: [], ignored: [], repeated: [], claims: [], severalPrimaries: 'refuse' };
const ALL = { kind: 'constant', value: true } as const;
const ROLES = attribute('roles', 'Roles.', { type: 'complex', multiValued: true });
const MEMBERS = { attribute: attribute('members', 'Members.', { type: 'complex', multiValued: true }) };

const text = fc.constantFrom('x', 'y', 'X', 'work', 'home', 'é');
const element = fc.record(
  { value: text, type: fc.constantFrom('work', 'home', 'other'), primary: fc.boolean() },
  { requiredKeys: ['value'] },
);
const single = fc.constantFrom('title', 'nickName', 'name.givenName', `${ENTERPRISE}:department`, 'userName');
const filter = fc.constantFrom(
  'type eq "work"',
  'type eq "home"',
  'type eq "other"',
  'value eq "x"',
  'primary eq true',
  'not (type eq "work")',
);
const op = fc.constantFrom('add', 'replace', 'remove');
const operation: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ op, path: single, value: text }),
  fc.record({ op, path: fc.constantFrom('active', 'groups'), value: text }),
  fc.record({ op, path: fc.constant('emails'), value: fc.array(element, { maxLength: 3 }) }),
  fc.record({ op, path: filter.map((inner) => `emails[${inner}].value`), value: text }),
  fc.record({ op, path: filter.map((inner) => `emails[${inner}].primary`), value: fc.boolean() }),
  fc.record({ op, path: filter.map((inner) => `emails[${inner}]`), value: element }),
  fc.record({
    op: fc.constantFrom('add', 'replace'),
    value: fc.record({ title: text, name: fc.record({ familyName: text }) }, { requiredKeys: [] }),
  }),
);
const user = fc
  .record(
    {
      title: text,
      name: fc.record({ givenName: text }),
      emails: fc.uniqueArray(
        element.map((item) => ({ ...item, primary: false })),
        {
          selector: ({ value, type }) => `${value.toLowerCase()} ${type}`,
          minLength: 1,
        },
      ),
      [ENTERPRISE]: fc.record({ department: text }),
    },
    { requiredKeys: [] },
  )
  .map((attributes) => ({ userName: 'ada', ...attributes }));

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

function attempt<T>(action: () => T): T | ScimError {
  try {
    return action();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

function patch(
  before: Attributes,
  operations: readonly JsonObject[],
  dialect: Dialect,
): Attributes | ScimError {
  const body = { schemas: [PATCH_OP], Operations: operations };
  return attempt(() => {
    const changes = engine.plan(body, BUILT_IN_RESOURCE_TYPES.user, { dialect, maxOperations: 100 });
    return applyChangeSet(before, changes, BUILT_IN_RESOURCE_TYPES.user);
  });
}

describe('applyChangeSet', () => {
  it.each(['strict', 'lenient'] as const)('keeps its promises for any sequence (%s)', (dialect) => {
    const [emails] = BUILT_IN_RESOURCE_TYPES.user.schema.attributes.filter(({ name }) => name === 'emails');
    if (!emails) throw new Error('no emails');
    const counts = { runs: 0, changed: 0, refused: 0 };
    fc.assert(
      fc.property(user, fc.array(operation, { minLength: 1, maxLength: 5 }), (before, operations) => {
        freeze(before);
        counts.runs++;
        const after = patch(before, operations, dialect);
        if (after instanceof ScimError) {
          counts.refused++;
          expect(after.detail).toMatch(/^Operations\[\d\]/);
          return;
        }
        if (!equalJson(before, after)) counts.changed++;
        const values = isJsonArray(after['emails']) ? after['emails'] : [];
        expect(countPrimaries(values)).toBeLessThanOrEqual(1);
        expect(new Set(values.map((value) => elementKey(emails, value))).size).toBe(values.length);
        expect(JSON.stringify(after)).not.toMatch(/null|\[\]|\{\}/);
        expect(after['userName']).toEqual(expect.any(String));
      }),
      runs(1500),
    );
    expect(counts.changed / counts.runs).toBeGreaterThan(0.3);
    expect(counts.refused / counts.runs).toBeGreaterThan(0.2);
  });

  it('READ-10: elements that differ in primary alone are one, before another element takes it over', () => {
    const operations = [
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'x', type: 'other', primary: true },
          { value: 'y', type: 'other', primary: false },
        ],
      },
      { op: 'remove', path: 'emails[type eq "other"].value' },
      { op: 'add', path: 'emails', value: [{ value: 'x', primary: true }] },
    ];
    expect(patch({ userName: 'ada' }, operations, 'lenient')).toEqual({
      userName: 'ada',
      emails: [
        { type: 'other', primary: false },
        { value: 'x', primary: true },
      ],
    });
  });

  it('PAT-17, PAT-18: a value that says no type is found by its value, whether or not it is the primary one', () => {
    const before = { userName: 'ada', emails: [{ value: 'x', type: 'home', primary: false }] };
    const add = {
      op: 'add',
      path: 'emails',
      value: [
        { value: 'x', primary: false },
        { value: 'x', type: 'home', primary: true },
      ],
    };
    const once = { userName: 'ada', emails: [{ value: 'x', type: 'home', primary: true }] };
    expect(patch(before, [add], 'lenient')).toEqual(once);
    expect(patch(once, [add], 'lenient')).toEqual(once);
  });

  it('PAT-17, PAT-18: adding or replacing the same again changes nothing', () => {
    const idempotent = fc.oneof(
      fc.record({
        op: fc.constant('add'),
        path: fc.constant('emails'),
        value: fc.array(element, { maxLength: 3 }),
      }),
      fc.record({
        op: fc.constant('replace'),
        path: fc.constantFrom('title', 'name.givenName'),
        value: text,
      }),
      fc.record({ op: fc.constant('remove'), path: filter.map((inner) => `emails[${inner}]`) }),
    );
    let repeated = 0;
    const often = runs(1000);
    fc.assert(
      fc.property(user, idempotent, (before, sent) => {
        const once = patch(before, [sent], 'lenient');
        if (once instanceof ScimError) return;
        repeated++;
        expect(patch(once, [sent as JsonObject], 'lenient')).toEqual(once);
      }),
      often,
    );
    expect(repeated / often.numRuns).toBeGreaterThan(0.8);
  });

  it('answers arbitrary bodies with changes or a ScimError', () => {
    const counts = { accepted: 0, refused: 0 };
    const often = runs(3000);
    const path = fc.oneof(
      single,
      filter.map((inner) => `emails[${inner}].value`),
      fc.string(),
      fc.constantFrom('members', '__proto__', 'constructor', 'toString', 'groups', 'manager', ENTERPRISE),
    );
    const loose = fc.record(
      {
        op: fc.oneof({ weight: 5, arbitrary: op }, { weight: 1, arbitrary: fc.jsonValue() }),
        path: fc.oneof({ weight: 5, arbitrary: path }, { weight: 1, arbitrary: fc.jsonValue() }),
        value: fc.oneof(
          fc.jsonValue({ maxDepth: 3 }),
          fc.dictionary(path, fc.jsonValue({ maxDepth: 2 })),
          text,
        ),
      },
      { requiredKeys: ['op'] },
    );
    const operations = fc.oneof(
      { weight: 9, arbitrary: fc.array(loose, { minLength: 1, maxLength: 3 }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    const types = fc.constantFrom(BUILT_IN_RESOURCE_TYPES.user, BUILT_IN_RESOURCE_TYPES.group);
    const dialects = fc.constantFrom<Dialect>('strict', 'lenient');
    fc.assert(
      fc.property(operations, types, dialects, (sent, type, dialect) => {
        const body = { schemas: [PATCH_OP], Operations: sent } as unknown as JsonObject;
        const result = attempt(() => {
          const changes = engine.plan(body, type, { dialect, maxOperations: 100 });
          return applyChangeSet({ userName: 'a', displayName: 'G', members: [] }, changes, type);
        });
        if (result instanceof ScimError) counts.refused++;
        else counts.accepted++;
      }),
      often,
    );
    expect(counts.accepted / often.numRuns).toBeGreaterThan(0.06);
    expect(counts.refused / often.numRuns).toBeGreaterThan(0.06);
  });

  it('PAT-35: judges the primaries that the request moves, and no others', () => {
    const two = [
      { value: 'a', primary: true },
      { value: 'b', primary: true },
    ];
    const operations = [{ op: 'replace', path: 'emails[value eq "a"].display', value: 'D' }];
    expect(patch({ userName: 'ada', emails: two }, operations, 'strict')).toEqual({
      userName: 'ada',
      emails: [{ ...two[0], display: 'D' }, two[1]],
    });
  });

  it('clears the extension that is named, and no other', () => {
    const before = { userName: 'a', [PARKING]: { lot: 'L', hireId: 'h' }, [ENTERPRISE]: { department: 'D' } };
    const remove = (extension: string): Attributes => {
      const change: Change = { kind: 'clearExtension', extension, operationIndex: 0 };
      return applyChangeSet(before, { ...NOTHING, changes: [change] }, EQUIPPED_USER);
    };
    expect(remove(PARKING)).toEqual({ userName: 'a', [ENTERPRISE]: { department: 'D' } });
    expect(remove(ENTERPRISE)).toEqual({ userName: 'a', [PARKING]: { lot: 'L', hireId: 'h' } });
    expect(remove('urn:nobody')).toEqual(before);
  });

  it('PAT-36: clears of an extension what a client may write', () => {
    const before = { userName: 'a', [PARKING]: { lot: 'L', permit: '7' } };
    const change: Change = { kind: 'clearExtension', extension: PARKING, operationIndex: 0 };
    expect(applyChangeSet(before, { ...NOTHING, changes: [change] }, EQUIPPED_USER)).toEqual({
      userName: 'a',
      [PARKING]: { permit: '7' },
    });
  });

  const impossible: readonly Change[] = [
    { kind: 'set', target: MEMBERS, value: 'x', operationIndex: 0 },
    { kind: 'merge', target: MEMBERS, value: {}, operationIndex: 0 },
    { kind: 'updateValues', target: MEMBERS, where: ALL, set: {}, otherwise: 'nothing', operationIndex: 0 },
    { kind: 'addValues', target: MEMBERS, values: [{ value: 'a' }], operationIndex: 0 },
    { kind: 'replaceValues', target: MEMBERS, values: [], operationIndex: 0 },
  ];
  it.each(titled(impossible, 'kind'))(
    'takes no change of members that no request can ask for: %s',
    (_, change) => {
      const changes = { ...NOTHING, changes: [change] };
      const detail = `members cannot be changed by ${change.kind}`;
      const group = { displayName: 'G', members: [] };
      expect(() => applyChangeSet(group, changes, BUILT_IN_RESOURCE_TYPES.group)).toThrow(detail);
      expect(() => planMembership(changes)).toThrow(detail);
    },
  );
});

it('refuses more values than an attribute may have, and lets those be that are there already', () => {
  const roles = (count: number): Json[] =>
    Array.from({ length: count }, (_, index) => ({ value: `r${index}` }));
  const add = (values: Json[]): ChangeSet => ({
    ...NOTHING,
    changes: [{ kind: 'addValues', target: { attribute: ROLES }, values, operationIndex: 3 }],
  });
  const { user } = BUILT_IN_RESOURCE_TYPES;
  const apply = (stored: Json[], changes: ChangeSet): Json | undefined =>
    applyChangeSet({ userName: 'u', roles: stored }, changes, user)['roles'];
  expect(apply(roles(999), add([{ value: 'new' }]))).toHaveLength(1000);
  expect(apply(roles(1001), add([{ value: 'r7', display: 'x' }]))).toHaveLength(1001);
  for (const count of [1000, 1001]) {
    expect(() => apply(roles(count), add([{ value: 'new' }]))).toThrow(
      `Operations[3]: roles: ${count + 1} values; one attribute may have 1000 at most`,
    );
  }
});

describe('a filter over many values', () => {
  const filtered = (length: number, filter: string): Work<Attributes> => {
    const emails = Array.from({ length }, (_, index) => ({ value: `${index}@x` }));
    const body = { Operations: [{ op: 'remove', path: `emails[${filter}]` }] };
    const changes = engine.plan(body, BUILT_IN_RESOURCE_TYPES.user, {
      dialect: 'lenient',
      maxOperations: 1,
    });
    return applyChangeSetWork({ userName: 'ada', emails }, changes, BUILT_IN_RESOURCE_TYPES.user);
  };

  it.each([
    ['one term', 'type eq "work"', SLICE],
    ['two terms', 'type eq "work" and value eq "x"', SLICE / 2],
  ])('may be interrupted behind each slice of comparisons: %s', (_, filter, slice) => {
    const more = (length: number): number =>
      piecesOf(filtered(length, filter)) - piecesOf(filtered(1, filter));
    expect([slice - 1, slice, 2 * slice - 1, 2 * slice].map(more)).toEqual([0, 1, 1, 2]);
  });

  it('costs a look at each value, and a comparison of each by every term', () => {
    const spend = vi.spyOn(PatchBudget.prototype, 'spend');
    finish(filtered(7, 'type eq "work" and value eq "x"'));
    expect(spend.mock.calls).toEqual([[7], [14]]);
    spend.mockRestore();
  });
});
