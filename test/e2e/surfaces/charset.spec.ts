import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { unique } from '../standard/messages.js';
import { clientsOfAllSurfaces, WIRE_FORMS } from './wire-forms.js';

let application: TestApplication;
let clients: Readonly<Record<string, ScimClient>>;

beforeAll(async () => {
  application = await startTestApplication();
  clients = await clientsOfAllSurfaces(application, await application.company());
});
afterAll(() => application.close());

const CHARSETS = ['ISO-8859-1', 'us-ascii', '"windows-1252"', 'utf-16', 'nonsense', '""'];

describe.each(Object.entries(WIRE_FORMS))('on %s', (name, form) => {
  const send = (charset: string, displayName: string, encoding: BufferEncoding): Promise<Response> => {
    const { base, token } = clients[name]!;
    return fetch(`${base}/Groups`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': `application/scim+json; charset=${charset}`,
      },
      body: Buffer.from(JSON.stringify(form.resource('Group', { displayName })), encoding),
    });
  };

  it.each(CHARSETS)('HTTP-09 a body in UTF-8 is read, whatever charset=%s says', async (charset) => {
    const displayName = unique(`Zoë ${name}`);
    const answer = await send(charset, displayName, 'utf8');
    expect([answer.status, form.shown(await answer.json(), 'Group').displayName]).toEqual([201, displayName]);
  });

  it.each([
    ['latin1', 'ISO-8859-1'],
    ['latin1', 'UTF-8'],
    ['utf16le', 'utf-16'],
  ] as const)('HTTP-09 a body in %s is refused for its bytes, charset=%s', async (encoding, charset) => {
    const answer = await send(charset, unique('Zoë'), encoding);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(/UTF-8|request body message structure/);
  });
});

it('a form is read whatever its charset says', async () => {
  const client = clients['paradigm']!;
  const displayName = unique('Zoë');
  const type = 'application/x-www-form-urlencoded; charset=ISO-8859-1';
  const fields = `displayName=${encodeURIComponent(displayName)}`;
  const answer = await client.post('/Groups', fields, { 'Content-Type': type });
  expect([answer.status, answer.body.displayName]).toEqual([201, displayName]);
  expect((await client.post('/Groups', 'displayName=Zo%EB', { 'Content-Type': type })).status).toBe(400);
});
