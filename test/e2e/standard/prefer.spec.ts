import { DIALECTS, startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  expectRefusal,
  groupBody,
  memberIds,
  unique,
  userBody,
} from './messages.js';

let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const MINIMAL = { Prefer: 'return=minimal' };
const WHOLE = { Prefer: 'return=representation' };
const applied = ({ headers }: ScimAnswer): unknown => headers['preference-applied'];

const KINDS = [
  ['User', '/Users', userBody],
  ['Group', '/Groups', groupBody],
] as const;

describe.each(DIALECTS)('in the %s dialect', (dialect) => {
  beforeAll(async () => {
    client = await (await application.company()).client(dialect);
  });

  describe.each(KINDS)('Prefer of a write to a %s', (_, endpoint, bodyOf) => {
    const create = async (): Promise<string> =>
      `${endpoint}/${(await client.post(endpoint, bodyOf())).body.id}`;
    const change = (): object[] => [{ op: 'replace', path: 'displayName', value: unique('Name') }];

    it('PREFER return=minimal: POST is 201 with Location and without a body', async () => {
      const answer = await client.post(endpoint, bodyOf(), MINIMAL);
      expect([answer.status, answer.text, applied(answer)]).toEqual([201, '', 'return=minimal']);
      expect(answer.headers['content-length']).toBe('0');
      const location = answer.headers.location ?? '';
      expect(location.startsWith(`${application.base}${endpoint}/`)).toBe(true);
      const read = await client.get(location.slice(application.base.length));
      expect([read.status, read.headers.etag]).toEqual([200, answer.headers.etag]);
    });

    it('PREFER return=minimal: PUT and PATCH are 204 with the new ETag', async () => {
      const path = await create();
      for (const [etag, answer] of [
        ['W/"2"', await client.put(path, bodyOf(), MINIMAL)],
        ['W/"3"', await client.patch(path, change(), MINIMAL)],
      ] as const) {
        expect([answer.status, answer.text, applied(answer), answer.headers.etag]).toEqual([
          204,
          '',
          'return=minimal',
          etag,
        ]);
      }
    });

    it('PREFER return=representation: every write answers the resource', async () => {
      const created = await client.post(endpoint, bodyOf(), WHOLE);
      const path = `${endpoint}/${created.body.id}`;
      const replaced = await client.put(path, bodyOf(), WHOLE);
      const patched = await client.patch(path, change(), WHOLE);
      expect([created.status, replaced.status, patched.status]).toEqual([201, 200, 200]);
      for (const answer of [created, replaced, patched]) {
        expect([applied(answer), answer.body.id]).toEqual(['return=representation', created.body.id]);
        expect(answer.headers.etag).toBe(answer.body.meta.version);
      }
    });

    it('PREFER without a preference the answers are as ever and nothing is said to be applied', async () => {
      const created = await client.post(endpoint, bodyOf());
      const path = `${endpoint}/${created.body.id}`;
      const answers = [created, await client.put(path, bodyOf()), await client.patch(path, change())];
      expect(answers.map(({ status }) => status)).toEqual([201, 200, endpoint === '/Groups' ? 204 : 200]);
      for (const answer of answers) expect(applied(answer)).toBeUndefined();
    });

    it.each([
      ['RETURN = "Minimal"', 'return=minimal'],
      ['respond-async, wait=5, return=minimal; foo=bar', 'return=minimal'],
      ['return=minimal, return=representation', 'return=minimal'],
      ['handling=lenient,return=representation', 'return=representation'],
      ['return=everything', undefined],
      ['return', undefined],
      ['xreturn=minimal', undefined],
      ['respond-async', undefined],
      [',;=,', undefined],
    ])('PREFER reads %j', async (prefer, expected) => {
      const answer = await client.put(await create(), bodyOf(), { Prefer: prefer });
      expect([answer.status, applied(answer)]).toEqual([expected === 'return=minimal' ? 204 : 200, expected]);
    });

    it('PREFER a projection asks for the resource, whatever is preferred', async () => {
      const path = await create();
      for (const query of ['?attributes=displayName', '?excludedAttributes=meta']) {
        const answer = await client.patch(path + query, change(), MINIMAL);
        expect([answer.status, applied(answer)]).toEqual([200, undefined]);
        expect(answer.body.displayName).toMatch(/^Name/);
        expect(answer.body.meta).toBeUndefined();
      }
    });

    it('PREFER a refusal is whole and applies nothing', async () => {
      const answer = await client.put(await create(), {}, MINIMAL);
      expectRefusal(answer, 400, 'invalidValue');
      expect(applied(answer)).toBeUndefined();
    });
  });

  it('PREFER a group that is written minimally is not read', async () => {
    const user = await createUser(client);
    const { id } = await createGroup(client);
    const body = groupBody({ members: [{ value: user.id }] });
    expect((await client.put(`/Groups/${id}`, body, MINIMAL)).text).toBe('');
    expect(await memberIds(client, id)).toEqual([user.id]);
  });
});
