import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer } from '../../support/scim-client.js';
import { Caller, CALLERS } from './callers.js';
import { titled } from '../../support/titled.js';

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

/** Values that name nobody and yet do not say that there is to be nobody. */
const NOBODY: readonly [unknown][] = [
  [''],
  [' '],
  [['']],
  [[' ']],
  [[null]],
  [[[]]],
  [{}],
  [[{}]],
  [[{ value: '' }]],
];

describe.each(titled(CALLERS, 'name'))('%s: a group is emptied only by [] and null', (_, kind) => {
  let caller: Caller;
  let user: string;
  let group: string;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
    user = await caller.user();
  });
  beforeEach(async () => {
    group = await caller.group([user]);
  });

  /** 422 where the surface's document says so of the form. */
  const expectUntouched = async (answer: ScimAnswer): Promise<void> => {
    expect([answer.status, answer.text]).toEqual([
      kind.surface === 'scaikey' && answer.status === 422 ? 422 : 400,
      expect.stringMatching(/member|Operations|value|list|dictionary/),
    ]);
    expect(await caller.members(group)).toEqual([user]);
  };

  it.each(NOBODY)('PATCH replace members %j is refused', async (value) => {
    await expectUntouched(await caller.patch('Groups', group, { op: 'replace', path: 'members', value }));
  });

  it.each(NOBODY)('PATCH replace without a path, members %j, leaves the members', async (value) => {
    const { status } = await caller.patch('Groups', group, { op: 'replace', value: { members: value } });
    expect(status).toBe(400);
    expect(await caller.members(group)).toEqual([user]);
  });

  if (kind.surface !== 'paradigm') {
    it.each(NOBODY)('PUT with members %j is refused', async (members) => {
      await expectUntouched(await caller.replace('Groups', group, { members }));
    });
  }

  it.each(NOBODY)('POST with members %j is refused', async (members) => {
    await expectUntouched(await caller.create('Groups', { members }));
  });

  it('[] empties it', async () => {
    const replaced = await caller.patch('Groups', group, { op: 'replace', path: 'members', value: [] });
    expect(replaced.status).toBeLessThan(300);
    expect(await caller.members(group)).toEqual([]);
    if (kind.surface === 'paradigm') return;
    const filled = await caller.group([user]);
    expect((await caller.replace('Groups', filled, { members: [] })).status).toBe(200);
    expect(await caller.members(filled)).toEqual([]);
  });

  if (kind.surface !== 'oud' && kind.surface !== 'strongdm') {
    it('null empties it', async () => {
      const replaced = await caller.patch('Groups', group, { op: 'replace', path: 'members', value: null });
      expect(replaced.status).toBeLessThan(300);
      expect(await caller.members(group)).toEqual([]);
    });
  }
});

const BULK_CALLERS = CALLERS.filter(({ surface }) => surface === 'standard' || surface === 'scaikey');

describe.each(titled(BULK_CALLERS, 'name'))('%s: in a bulk job', (_, kind) => {
  it.each(['PUT', 'PATCH'])('a %s with members "" is refused and empties nothing', async (method) => {
    const caller = await Caller.open(application, kind);
    const user = await caller.user();
    const group = await caller.group([user]);
    const data =
      method === 'PUT'
        ? caller.body('Groups', { members: '' })
        : {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'replace', path: 'members', value: '' }],
          };
    const { status } = await caller.inBulk({ method, path: `/Groups/${group}`, data });
    expect(['400', '422']).toContain(status);
    expect(await caller.members(group)).toEqual([user]);
  });
});

it('paradigm: a blank field of a form is no list of members', async () => {
  for (const kind of CALLERS.filter(({ surface }) => surface === 'paradigm')) {
    const caller = await Caller.open(application, kind);
    const user = await caller.user();
    const group = await caller.group([user]);
    const operation = JSON.stringify({ op: 'replace', path: 'members', value: ' ' });
    const { status } = await caller.client.patch(
      `/Groups/${group}`,
      `Operations=${encodeURIComponent(operation)}`,
      { 'Content-Type': 'application/x-www-form-urlencoded' },
    );
    expect(status).toBe(400);
    expect(await caller.members(group)).toEqual([user]);
  }
});
