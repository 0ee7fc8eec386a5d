import { vi } from 'vitest';
import { CompanyTransaction } from '../../../src/persistence/transaction/company-transaction.js';
import { DatabaseUnavailableError } from '../../../src/persistence/transaction/transaction-errors.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../../support/application.js';
import { insertUsers } from '../../support/insert-resources.js';
import { GROUP, PATCH_OP } from '../standard/messages.js';
import { WIRE_FORMS, type WireForm } from './wire-forms.js';

const MANY = 3_000;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is found in a body is what is tested
type Body = any;

/** What can happen to the reading of the members, behind COMMIT. */
const FAULTS = {
  'at its start': () => Promise.reject(new DatabaseUnavailableError()),
  'in its middle': async (read: () => ReturnType<CompanyTransaction['stream']>) => {
    const { first, batches } = await read();
    return { first, batches: cut(batches) };
  },
};

async function* cut<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const batch of batches) {
    yield batch;
    throw new DatabaseUnavailableError();
  }
}

describe('a write that was committed is answered 2xx, whatever becomes of the reading of its members', () => {
  let application: TestApplication;
  let company: TestCompany;
  let token: string;
  let users: readonly string[];
  let names = 0;

  beforeAll(async () => {
    application = await startTestApplication();
    company = await application.company();
    token = await company.token();
    users = await insertUsers(application.database, company.slug, MANY);
  });
  afterAll(() => application.close());
  afterEach(() => vi.restoreAllMocks());

  /** The answers are none of those that the documents list, so that no test client compares them. */
  async function send(
    side: WireForm,
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; headers: Headers; body: Body }> {
    const answer = await fetch(application.origin + side.path(company.slug) + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const { status, headers } = answer;
    return { status, headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  function inject(fault: keyof typeof FAULTS): void {
    const transaction = application.app.get(CompanyTransaction, { strict: false });
    const stream = transaction.stream.bind(transaction);
    vi.spyOn(transaction, 'stream').mockImplementation((...asked) => FAULTS[fault](() => stream(...asked)));
  }

  const groupOf = (side: WireForm, held: readonly string[]): object =>
    side.resource('Group', {
      displayName: `Everybody ${++names}`,
      members: held.map((id) => side.member(id)),
    });

  const countMembers = async (side: WireForm, id: string): Promise<number> =>
    side.shown((await send(side, 'GET', `/Groups/${id}`)).body, 'Group').members.length;

  describe.each(Object.entries(WIRE_FORMS))('%s', (_name, side) => {
    it.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])('POST, cut %s', async (fault) => {
      inject(fault);
      const { status, headers, body } = await send(side, 'POST', '/Groups', groupOf(side, users));
      expect([status, side.shown(body, 'Group')]).toEqual([
        201,
        expect.not.objectContaining({ members: expect.anything() }),
      ]);
      expect(headers.get('location')).toContain(side.shown(body, 'Group').id);
      vi.restoreAllMocks();
      expect(await countMembers(side, side.shown(body, 'Group').id)).toBe(MANY);
    });

    it.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])('PATCH and PUT, cut %s', async (fault) => {
      const created = await send(side, 'POST', '/Groups', groupOf(side, users.slice(1)));
      const path = `/Groups/${side.shown(created.body, 'Group').id}`;
      inject(fault);
      const patched = await send(side, 'PATCH', path, {
        schemas: [PATCH_OP],
        Operations: [{ op: 'add', path: 'members', value: [side.member(users[0]!)] }],
      });
      expect([patched.status, patched.body]).toEqual([204, undefined]);
      expect(patched.headers.get('content-type')).toMatch(/^application\/(scim\+)?json/);
      const put = side.putsGroups && (await send(side, 'PUT', path, groupOf(side, users.slice(2))));
      vi.restoreAllMocks();
      if (put) expect([put.status, put.body]).toEqual([204, undefined]);
      expect(await countMembers(side, side.shown(created.body, 'Group').id)).toBe(put ? MANY - 2 : MANY);
    });
  });

  it('a PATCH that names attributes is answered 200 with those that could be read', async () => {
    const side = WIRE_FORMS['standard']!;
    const { body } = await send(side, 'POST', '/Groups', groupOf(side, users.slice(1)));
    inject('at its start');
    const { status, body: patched } = await send(
      side,
      'PATCH',
      `/Groups/${body.id}?attributes=members,displayName`,
      {
        schemas: [PATCH_OP],
        Operations: [{ op: 'add', path: 'members', value: [{ value: users[0] }] }],
      },
    );
    expect([status, patched]).toEqual([
      200,
      { schemas: [GROUP], id: body.id, displayName: body.displayName },
    ]);
  });
});
