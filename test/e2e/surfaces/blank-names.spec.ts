import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer } from '../../support/scim-client.js';
import { Caller, CALLERS, type Endpoint } from './callers.js';
import { titled } from '../../support/titled.js';

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const BLANKS = ['', ' ', ' \t\n', '\u00a0', '\u3000'];
const NAMES: Readonly<Record<Endpoint, string>> = { Users: 'userName', Groups: 'displayName' };

describe.each(titled(CALLERS, 'name'))('%s: a name of blanks is none', (_, kind) => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
  });

  it.each<Endpoint>(['Users', 'Groups'])('for %s', async (endpoint) => {
    const id = endpoint === 'Users' ? await caller.user({ userName: 'kept' }) : await caller.group([]);
    const name = NAMES[endpoint];
    const before = await caller.seen(endpoint, id);
    for (const blank of BLANKS) {
      const part = { [name]: blank, ...(endpoint === 'Users' && { emails: [{ value: 'a@x' }] }) };
      const replace = kind.surface === 'strongdm' ? { value: part } : { path: name, value: blank };
      const answers: ScimAnswer[] = [
        await caller.create(endpoint, part),
        await caller.patch(endpoint, id, { op: 'replace', ...replace }),
      ];
      if (kind.surface !== 'paradigm' || endpoint === 'Users') {
        answers.push(await caller.replace(endpoint, id, part));
      }
      for (const { status } of answers) expect([blank, status]).toEqual([blank, 400]);
    }
    expect(await caller.seen(endpoint, id)).toEqual(before);
  });

  if (kind.surface === 'standard' || kind.surface === 'scaikey') {
    it('in a bulk job, too', async () => {
      const data = caller.body('Groups', { displayName: ' ' });
      const { status, response } = await caller.inBulk({ method: 'POST', path: '/Groups', data });
      expect([status, response.scimType]).toEqual(['400', 'invalidValue']);
    });
  }

  it('blanks around a name are part of it', async () => {
    const answer = await caller.create('Groups', { displayName: ' a ' });
    expect(answer.status).toBe(201);
    expect(answer.text).toContain('" a "');
  });
});
