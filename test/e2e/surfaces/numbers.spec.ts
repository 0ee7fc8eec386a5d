import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer } from '../../support/scim-client.js';
import { ENTERPRISE } from '../standard/messages.js';
import { Caller, CALLERS, LENIENT_CALLERS, type CallerKind } from './callers.js';
import { titled } from '../../support/titled.js';

/** An extension with a number of each kind. */
const VALUES = 'urn:example:schemas:values:1.0:User';

/** One with that extension, which asks more of groups, and one with the schemas of RFC 7643 alone. */
let application: TestApplication;
let plain: TestApplication;
beforeAll(async () => {
  application = await startTestApplication({ settings: { SCHEMAS_DIR: 'test/support/schemas' } });
  plain = await startTestApplication();
});
afterAll(async () => {
  await application.close();
  await plain.close();
});

/** The body with the text of a number in place of each `"?"`. */
const written = (body: unknown, source: string): string => JSON.stringify(body).replaceAll('"?"', source);

const patchOf = (...operations: object[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
/** A PATCH of an extension's attribute in the form that the surface takes. */
const patchOfValue = ({ surface }: CallerKind, name: string, value: unknown): object => {
  if (surface === 'strongdm') return patchOf({ op: 'replace', value: { [VALUES]: { [name]: value } } });
  return patchOf({ op: 'replace', path: `${VALUES}:${name}`, value });
};

describe.each(titled(CALLERS, 'name'))('%s: a number that a double does not hold', (_, kind) => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
  });
  const post = (part: object, source: string): Promise<ScimAnswer> =>
    caller.client.post(
      '/Users',
      written(caller.body('Users', { emails: [{ value: 'a@x' }], ...part }), source),
    );

  it.each(['133500000000000001', '12345678901234567890123', '-9007199254740993', '1e400'])(
    '%s is no fault where nothing is stored of it',
    async (source) => {
      for (const part of [{ lastLogon: '?' }, { nested: { deep: ['?'] } }]) {
        expect((await post({ ...part }, source)).status).toBe(201);
        const group = written(caller.body('Groups', part), source);
        expect((await (await Caller.open(plain, kind)).client.post('/Groups', group)).status).toBe(201);
      }
    },
  );

  it.each(['9007199254740993', '12345678901234567890123', '1e400'])(
    '%s is refused as the value of a number, with its reason',
    async (source) => {
      const user = await caller.user({ [VALUES]: { whole: 1 } });
      for (const name of ['whole', 'measure']) {
        const answers = [
          await post({ [VALUES]: { [name]: '?' } }, source),
          await caller.client.patch(
            caller.path('Users', user),
            written(patchOfValue(kind, name, '?'), source),
          ),
        ];
        for (const { status, body } of answers) {
          expect([status, body.detail]).toEqual([
            400,
            kind.surface === 'strongdm'
              ? expect.any(String)
              : expect.stringMatching(/more digits than this server keeps|more than 64 bits|larger than any/),
          ]);
        }
      }
      expect((await caller.seen('Users', user))[VALUES]).toEqual({ whole: 1 });
    },
  );

  it('133500000000000000 comes back as it was sent', async () => {
    const answer = await post({ [VALUES]: { whole: '?' } }, '133500000000000000');
    expect(answer.status).toBe(201);
    expect(answer.text).toContain('133500000000000000');
  });

  it('is no text for a strict reading, and that of the body for a lenient one', async () => {
    const answer = await post({ nickName: '?' }, '12345678901234567890');
    if (kind.surface === 'scaikey') {
      expect([answer.status, answer.body.detail[0].type]).toEqual([422, 'string_type']);
    } else if (kind.lenient) {
      expect([answer.status, answer.body.nickName]).toEqual([201, '12345678901234567890']);
    } else expect(answer.status).toBe(400);
  });
});

describe.each(titled(LENIENT_CALLERS, 'name'))('%s', (_, kind) => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
  });
  const declared = kind.surface === 'scaikey';

  it('reads numbers that come as texts', async () => {
    const posted = await caller.create('Users', { [VALUES]: { whole: '12345', measure: '10.5' } });
    expect([posted.status, posted.body[VALUES]]).toEqual([201, { whole: 12345, measure: 10.5 }]);
    const { id } = posted.body as { id: string };
    const put = await caller.replace('Users', id, { [VALUES]: { whole: '1e2', wholes: ['1', 2] } });
    expect([put.status, put.body[VALUES]]).toEqual([200, { whole: 100, wholes: [1, 2] }]);
    const patched = await caller.patch(
      'Users',
      id,
      { op: 'replace', path: `${VALUES}:whole`, value: '-7' },
      { op: 'add', value: { [VALUES]: { measure: '0.25' } } },
      { op: 'add', path: `${VALUES}:wholes`, value: '3' },
    );
    expect([patched.status, patched.body[VALUES]]).toMatchObject([
      200,
      { whole: -7, measure: 0.25, wholes: [1, 2, 3] },
    ]);
    for (const value of ['x', '1.5', '007', ' 7', '9007199254740993', '']) {
      const refused = await caller.patch('Users', id, { op: 'replace', path: `${VALUES}:whole`, value });
      expect([value, refused.status]).toEqual([value, value === '' ? 200 : 400]);
    }
  });

  it('compares numbers with texts in filters and paths', async () => {
    const user = await caller.user({ [VALUES]: { whole: 10, records: [{ whole: 4, text: 'a' }] } });
    for (const filter of [
      `${VALUES}:whole eq "10"`,
      `${VALUES}:whole gt "9.5"`,
      `${VALUES}:records[whole eq '4']`,
    ]) {
      const { status, body } = await caller.client.get(`/Users?filter=${encodeURIComponent(filter)}`);
      expect([filter, status, body.Resources.map(({ id }: { id: string }) => id)]).toEqual([
        filter,
        200,
        [user],
      ]);
    }
    const wrong = encodeURIComponent(`${VALUES}:whole eq "ten"`);
    expect((await caller.client.get(`/Users?filter=${wrong}`)).status).toBe(400);
    const { status, body } = await caller.patch(
      'Users',
      user,
      { op: 'replace', path: `${VALUES}:records[whole eq "4"].text`, value: 'b' },
      { op: 'replace', path: `${VALUES}:records[whole eq "5"].text`, value: 'c' },
    );
    expect([status, body[VALUES].records]).toEqual([
      200,
      [
        { text: 'b', whole: 4 },
        { text: 'c', whole: 5 },
      ],
    ]);
  });

  it('reads texts that come as numbers and booleans, in the characters of the body', async () => {
    const part = { externalId: '?', [ENTERPRISE]: { employeeNumber: '?' }, roles: [{ value: '?' }] };
    for (const source of ['123', '1.0', '1e3', '007'.slice(2), '12345678901234567890', 'true']) {
      const user = await caller.user();
      const message = patchOf(
        { op: 'replace', path: 'externalId', value: '?' },
        { op: 'add', path: `${ENTERPRISE}:employeeNumber`, value: '?' },
        { op: 'replace', value: { roles: [{ value: '?' }] } },
      );
      const patched = await caller.client.patch(caller.path('Users', user), written(message, source));
      expect([source, patched.status]).toEqual([source, 200]);
      const stored = await caller.seen('Users', user);
      expect(stored).toMatchObject(JSON.parse(written(part, JSON.stringify(source))));
      if (declared) continue;
      const posted = await caller.client.post('/Users', written(caller.body('Users', part), source));
      expect([posted.status, posted.body]).toMatchObject([
        201,
        JSON.parse(written(part, JSON.stringify(source))),
      ]);
      const put = await caller.client.put(
        caller.path('Users', user),
        written(caller.body('Users', { nickName: '?' }), source),
      );
      expect([put.status, put.body.nickName]).toEqual([200, source]);
    }
  });

  it('a name of a group may be a number', async () => {
    const own = await Caller.open(plain, kind);
    const group = await own.group();
    const renamed = await own.patch('Groups', group, { op: 'replace', path: 'displayName', value: 2026 });
    expect(renamed.status).toBeLessThan(300);
    expect((await own.seen('Groups', group)).displayName).toBe('2026');
  });
});

describe.each(
  titled(
    CALLERS.filter(({ lenient }) => !lenient),
    'name',
  ),
)('%s', (_, kind) => {
  it('takes a number for a number and a text for a text', async () => {
    const caller = await Caller.open(application, kind);
    const user = await caller.user({ nickName: 'n', [VALUES]: { whole: 1 } });
    const path = caller.path('Users', user);
    expect((await caller.client.patch(path, patchOfValue(kind, 'whole', '7'))).status).toBe(400);
    const text = kind.surface === 'strongdm' ? { value: { nickName: 7 } } : { path: 'nickName', value: 7 };
    expect((await caller.patch('Users', user, { op: 'replace', ...text })).status).toBe(400);
    const filter = encodeURIComponent(`${VALUES}:whole eq "1"`);
    expect((await caller.client.get(`/Users?filter=${filter}`)).status).toBe(400);
    expect(await caller.seen('Users', user)).toMatchObject({ nickName: 'n', [VALUES]: { whole: 1 } });
  });
});
