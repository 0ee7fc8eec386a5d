import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { clientsOfAllSurfaces, WIRE_FORMS } from './wire-forms.js';

let application: TestApplication;
let clients: Readonly<Record<string, ScimClient>>;
let token: string;

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  clients = await clientsOfAllSurfaces(application, company);
  token = await company.token();
});
afterAll(() => application.close());

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** What is sent, with a token in it that exists or does not, and what is said of it. */
const MALFORMED: readonly (readonly [string, (token: string) => string, RegExp])[] = [
  ['nothing in the header', () => '', /is empty/],
  ['a scheme alone', () => 'Bearer', /no token behind Bearer/],
  ['Bearer twice', (held) => `Bearer Bearer ${held}`, /Bearer twice/],
  ['Bearer twice and no token', () => 'bearer bearer', /Bearer twice/],
  ['a bare token', (held) => held, /no scheme/],
  ['another scheme', (held) => `Token ${held}`, /scheme .* is not Bearer/],
  ['another scheme alone', () => 'Negotiate', /scheme .* is not Bearer/],
  ['two words behind Bearer', (held) => `Bearer ${held} ${held}`, /blanks/],
  ['a token in quotation marks', (held) => `Bearer "${held}"`, /quotation mark/],
  ['a token in brackets', (held) => `Bearer <${held}>`, /bracket/],
];
const MALFORMED_BASIC: typeof MALFORMED = [
  ['Basic without a colon', (held) => basic(held), /colon/],
  ['Basic that is no base64', (held) => `Basic ${held}!`, /base64/],
  ['Basic without a password', () => basic('ada:'), /password of Basic is empty/],
  ['Basic with more than a token', (held) => basic(`ada:Bearer ${held}`), /nothing else/],
];

describe.each(Object.keys(WIRE_FORMS))('on %s', (name) => {
  const read = (authorization: string | undefined): Promise<ScimAnswer> =>
    clients[name]!.send({
      method: 'GET',
      path: '/Groups',
      headers: authorization === undefined ? {} : { Authorization: authorization },
    });
  const cases = name === 'oud' ? [...MALFORMED, ...MALFORMED_BASIC] : MALFORMED;

  it.each(cases)(
    '%s is 401 that says what is wrong, and not whether the token exists',
    async (_, of, fault) => {
      const answer = await read(of(token));
      expect([answer.status, answer.body.detail]).toEqual([401, expect.stringMatching(fault)]);
      expect(answer.text).not.toContain(token);
      const other = await read(of(`${token.slice(0, -4)}0000`));
      expect([other.status, other.text, other.headers['www-authenticate']]).toEqual([
        401,
        answer.text,
        answer.headers['www-authenticate'],
      ]);
    },
  );

  // Paradigm's document prints the body for these two.
  it('no header and a token that is not valid are told apart, unless the document has one text', async () => {
    const [none, wrong] = [await read(undefined), await read('Bearer rollcall_0000')];
    expect([none.status, none.body.detail]).toEqual([
      401,
      name === 'paradigm' ? 'Unauthorized' : expect.stringMatching(/no Authorization header/),
    ]);
    expect([wrong.status, wrong.body.detail]).toEqual([
      401,
      name === 'paradigm'
        ? 'Unauthorized'
        : expect.stringMatching(/bearer token is unknown, expired or revoked/),
    ]);
  });

  it('Basic is a scheme where the document has it, and its password is spoken of as one', async () => {
    const answer = await read(basic('ada:secret'));
    const expected =
      name === 'oud'
        ? /password of Basic has to be a token; this one is unknown/
        : /scheme .* is not Bearer:/;
    expect([answer.status, answer.body.detail]).toEqual([401, expect.stringMatching(expected)]);
  });
});
