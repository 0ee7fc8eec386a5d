import { inspect } from 'node:util';
import fc from 'fast-check';
import { vi } from 'vitest';
import { TokenService } from '../../src/oauth/token.service.js';
import { CompanyTransaction } from '../../src/persistence/transaction/company-transaction.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { runs } from '../support/property-runs.js';
import { basic, DAY_MS, makeClient } from '../support/token-client.js';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let service: TestApplication;
let idp: JwtIssuer;
let clientId: string;
/** Secrets that are in force, were revoked and never existed, a good assertion and one of another issuer, a token. */
let planted: readonly string[];
let lines: string[] = [];
let thrown: unknown[] = [];

beforeAll(async () => {
  service = await startTestApplication({
    settings: { LOG_LEVEL: 'trace' },
    log: (line) => lines.push(line),
  });
  await service.company('acme');
  const { id, secret } = await makeClient(service.clients, 'acme');
  clientId = id;
  const revoked = await service.clients.addSecret('acme', id, new Date(Date.now() + DAY_MS));
  await service.clients.revokeSecret('acme', id, revoked.id);
  idp = await JwtIssuer.start('https://idp.example/', 'ES256');
  await service.clients.addFederatedCredential('acme', id, {
    assertedBy: { issuer: idp.iss, subject: 'sync', tenant: null, audiences: ['rollcall'] },
    keys: { text: JSON.stringify(idp.keySet()) },
  });
  const token = await service.company('birch').then((company) => company.token());
  planted = [
    ...[secret, revoked.secret, `${secret.slice(0, -4)}AAAA`, token],
    await idp.sign({ sub: 'sync', aud: 'rollcall' }),
    await idp.sign({ sub: 'sync', aud: 'another', iss: 'https://other.example/' }),
  ];
  // What is thrown inside is kept too, with its stack, as somebody may log it one day.
  const tokens = service.app.get(TokenService);
  const issue = tokens.issue.bind(tokens);
  vi.spyOn(tokens, 'issue').mockImplementation(async (...args) => {
    try {
      return await issue(...args);
    } catch (error) {
      thrown.push(error);
      throw error;
    }
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await idp.close();
  await service.close();
});

type Form = readonly (readonly [name: string, value: string])[];

/** Requests with a secret in every place where one may stand, rightly or wrongly. */
const shapes: readonly ((secret: string) => {
  readonly form: Form;
  readonly authorization?: string;
  readonly query?: string;
  readonly type?: string;
})[] = [
  (secret) => ({ form: [], authorization: basic(clientId, secret) }),
  (secret) => ({ form: [], authorization: basic(secret, secret) }),
  (secret) => ({ form: [], authorization: `Basic ${secret}` }),
  (secret) => ({ form: [], authorization: secret }),
  (secret) => ({ form: [], authorization: `Bearer ${secret}` }),
  (secret) => ({
    form: [
      ['client_id', clientId],
      ['client_secret', secret],
    ],
  }),
  (secret) => ({
    form: [
      ['client_id', secret],
      ['client_secret', secret],
    ],
  }),
  (secret) => ({
    form: [
      ['client_id', clientId],
      ['client_assertion', secret],
      ['client_assertion_type', JWT_BEARER],
    ],
  }),
  (secret) => ({
    form: [
      ['client_assertion', secret],
      ['client_assertion_type', JWT_BEARER],
    ],
  }),
  (secret) => ({
    form: [
      ['client_id', clientId],
      ['client_assertion', secret],
      ['client_assertion_type', secret],
    ],
  }),
  (secret) => ({
    form: [
      ['client_secret', secret],
      ['client_secret', secret],
    ],
  }),
  (secret) => ({
    form: [
      ['scope', secret],
      [secret, secret],
    ],
    authorization: basic(clientId, secret),
  }),
  (secret) => ({ form: [['grant_type', secret]], authorization: basic(clientId, secret) }),
  (secret) => ({ form: [], query: `?client_secret=${secret}&${secret}=1` }),
  (secret) => ({ form: [['client_secret', secret]], type: 'application/json' }),
  (secret) => ({ form: [['client_id', `%zz${secret}`]], type: `text/${secret.slice(0, 20)}` }),
];

const paths: readonly ((secret: string) => string)[] = [
  () => '/oauth/token',
  () => '/oauth/acme/token',
  () => '/oauth/birch/token',
  (secret) => `/oauth/${secret}/token`,
  (secret) => `/oauth/token/${secret}`,
];

it('SEC-07 no line, answer or stack holds a client secret, an assertion or a token that a request has', async () => {
  const statuses = new Set<number>();
  const issued: string[] = [];
  const transaction = service.app.get(CompanyTransaction);
  const run = transaction.runOutsideCompany.bind(transaction);
  const requests = fc.record({
    shape: fc.constantFrom(...shapes),
    path: fc.constantFrom(...paths),
    secret: fc.nat({ max: planted.length - 1 }),
    header: fc.constantFrom(
      'User-Agent',
      'X-Request-Id',
      'Referer',
      'Cookie',
      'X-Forwarded-For',
      'Traceparent',
    ),
    databaseFails: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  });
  const property = fc.asyncProperty(requests, async ({ shape, path, secret, header, databaseFails }) => {
    lines = [];
    thrown = [];
    vi.spyOn(transaction, 'runOutsideCompany').mockImplementation((...args) =>
      databaseFails ? Promise.reject(new Error('the database failed')) : run(...args),
    );
    const value = planted[secret] ?? '';
    const { form, authorization, query = '', type = 'application/x-www-form-urlencoded' } = shape(value);
    const body = new URLSearchParams();
    for (const [name, entered] of form) body.append(name, entered);
    if (!body.has('grant_type')) body.append('grant_type', 'client_credentials');
    const answer = await fetch(service.origin + path(value) + query, {
      method: 'POST',
      headers: {
        'content-type': type,
        [header]: value,
        ...(authorization !== undefined && { authorization }),
      },
      body: body.toString(),
    });
    statuses.add(answer.status);
    const answered = await answer.text();
    const token =
      answer.status === 200 ? (JSON.parse(answered) as { access_token: string }).access_token : undefined;
    if (token !== undefined) issued.push(token);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const told = [lines.join(''), inspect(thrown, { depth: 10 }), JSON.stringify([...answer.headers])];
    // A token that is issued is in its answer, and a path that leads nowhere is repeated to who sent it.
    if (answer.status !== 200 && answer.status !== 404) told.push(answered);
    for (const hidden of [...planted, ...issued.slice(-1)]) {
      for (const text of told) expect(text).not.toContain(hidden);
    }
    const encoded = authorization?.split(' ').at(-1) ?? 'nothing';
    for (const text of told) expect(text).not.toContain(encoded);
  });
  // One that a token is issued for, since one in a hundred is.
  const right = { path: paths[0]!, secret: 0, header: 'User-Agent', databaseFails: false } as const;
  await fc.assert(property, { ...runs(150), examples: [[{ shape: shapes[0]!, ...right }]] });
  expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 400, 401, 404, 500]));
  expect(issued.length).toBeGreaterThan(0);
});
