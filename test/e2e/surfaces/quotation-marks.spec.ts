import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer } from '../../support/scim-client.js';
import { Caller, CALLERS, LENIENT_CALLERS, STRICT_CALLERS } from './callers.js';
import { titled } from '../../support/titled.js';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const MARKS: readonly (readonly [string, string])[] = [
  ["'", "'"],
  ['\u201c', '\u201d'],
  ['\u2018', '\u2019'],
];
/** What is left over, does not belong together, or quotes nothing anywhere. */
const BROKEN = [
  '`ada`',
  "'ada",
  "ada'",
  '\u201cada',
  '\u201cada"',
  '\u201dada\u201d',
  '\u00abada\u00bb',
  'ada"',
];

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const listed = (caller: Caller, endpoint: string, filter: string): Promise<ScimAnswer> =>
  caller.client.get(`/${endpoint}?filter=${encodeURIComponent(filter)}`);

const searched = (caller: Caller, endpoint: string, filter: string): Promise<ScimAnswer> =>
  caller.client.post(`/${endpoint}/.search`, { schemas: [SEARCH], filter });

const found = ({ status, body }: ScimAnswer): unknown => [
  status,
  body.Resources?.map(({ id }: { id: string }) => id),
];

describe.each(titled(LENIENT_CALLERS, 'name'))('%s reads other quotation marks', (_, kind) => {
  let caller: Caller;
  let ada: string;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
    ada = await caller.user({ userName: 'ada', displayName: "Ada O'Brien" });
    await caller.user();
  });

  it.each(MARKS)('filters with %s…%s find who is meant', async (open, close) => {
    for (const list of caller.hasSearch ? [listed, searched] : [listed]) {
      expect(found(await list(caller, 'Users', `userName eq ${open}ada${close}`))).toEqual([200, [ada]]);
      const name = `Ada O${close === '"' ? '' : '\\'}'Brien`;
      const literal = close === "'" ? name : "Ada O'Brien";
      expect(found(await list(caller, 'Users', `(displayName eq ${open}${literal}${close})`))).toEqual([
        200,
        [ada],
      ]);
    }
  });

  it.each(MARKS)('a path with %s…%s is one of the elements that it names', async (open, close) => {
    const user = await caller.user({ emails: [{ type: 'work', value: 'old@x' }] });
    const path = `emails[type eq ${open}work${close}].value`;
    expect((await caller.patch('Users', user, { op: 'replace', path, value: 'new@x' })).status).toBe(200);
    expect((await caller.seen('Users', user)).emails).toEqual([{ type: 'work', value: 'new@x' }]);
    const group = await caller.group([user, ada]);
    const member = `members[value eq ${open}${user}${close}]`;
    expect((await caller.patch('Groups', group, { op: 'remove', path: member })).status).toBeLessThan(300);
    expect(await caller.members(group)).toEqual([ada]);
    expect((await caller.patch('Groups', group, { op: 'add', path: member, value: {} })).status).toBeLessThan(
      300,
    );
    expect(await caller.members(group)).toEqual([ada, user].sort());
  });

  it('an apostrophe inside a value without quotes stays one', async () => {
    const user = await caller.user({ externalId: "o'brien" });
    expect(found(await listed(caller, 'Users', "externalId eq o'brien"))).toEqual([200, [user]]);
  });
});

describe.each(titled(CALLERS, 'name'))('%s', (_, kind) => {
  it('refuses marks that do not belong together, and changes nothing', async () => {
    const caller = await Caller.open(application, kind);
    const user = await caller.user({ userName: 'ada', emails: [{ type: 'ada', value: 'a@x' }] });
    const group = await caller.group([user]);
    for (const value of BROKEN) {
      for (const list of caller.hasSearch ? [listed, searched] : [listed]) {
        expect([value, (await list(caller, 'Users', `userName eq ${value}`)).status]).toEqual([value, 400]);
      }
      const remove = {
        op: 'remove',
        path: `members[value eq ${value}]`,
        ...(kind.surface === 'oud' && { value: [] }),
      };
      expect([value, (await caller.patch('Groups', group, remove)).status]).toEqual([value, 400]);
      const replace = { op: 'replace', path: `emails[type eq ${value}].value`, value: ['b@x'] };
      expect([value, (await caller.patch('Users', user, replace)).status]).toEqual([value, 400]);
    }
    expect(await caller.members(group)).toEqual([user]);
    expect((await caller.seen('Users', user)).emails).toEqual([{ type: 'ada', value: 'a@x' }]);
  });
});

describe.each(titled(STRICT_CALLERS, 'name'))('%s', (_, kind) => {
  it('refuses all marks but those of JSON', async () => {
    const caller = await Caller.open(application, kind);
    const user = await caller.user({ userName: 'ada' });
    const group = await caller.group([user]);
    for (const [open, close] of MARKS) {
      expect((await listed(caller, 'Users', `userName eq ${open}ada${close}`)).status).toBe(400);
      const path = `members[value eq ${open}${caller.id('Users', user)}${close}]`;
      expect((await caller.patch('Groups', group, { op: 'remove', path })).status).toBe(400);
    }
    expect(await caller.members(group)).toEqual([user]);
  });
});

const LENIENT_BULK_CALLERS = LENIENT_CALLERS.filter(
  ({ surface }) => surface === 'standard' || surface === 'scaikey',
);

describe.each(titled(LENIENT_BULK_CALLERS, 'name'))('%s, bulk', (_, kind) => {
  it('a reference in a path is resolved in any marks', async () => {
    const caller = await Caller.open(application, kind);
    for (const [open, close] of [['"', '"'], ...MARKS, ['', '']]) {
      const user = await caller.user();
      const group = await caller.group([user]);
      const path = `members[value eq ${open}bulkId:nu${close}]`;
      const { body } = await caller.client.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'nu', data: caller.body('Users', {}) },
          {
            method: 'PATCH',
            path: `/Groups/${group}`,
            bulkId: 'p',
            data: {
              schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
              Operations: [{ op: 'add', path, value: {} }],
            },
          },
        ],
      });
      const made = String(body.Operations[0].location).split('/').pop();
      expect(await caller.members(group)).toEqual([user, made].sort());
    }
  });
});

it('the root reads them, too', async () => {
  const [lenient, strict] = await Promise.all(
    CALLERS.filter(({ surface }) => surface === 'standard').map((kind) => Caller.open(application, kind)),
  );
  const user = await lenient!.user({ userName: 'ada' });
  const filter = encodeURIComponent("userName eq 'ada'");
  expect(found(await lenient!.client.get(`/?filter=${filter}`))).toEqual([200, [user]]);
  expect((await strict!.client.get(`/?filter=${filter}`)).status).toBe(400);
});
