import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dialect } from '../../src/protocol/dialect/dialect.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { dumpDatabase } from '../support/database-dump.js';
import { runFolder } from '../support/run-folder.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const CANARY = 'cAnArY-7f3a91c2';
/** Stands beside the canary where it may be kept, to show that the search would find it. */
const WITNESS = 'wItNeSs-51d0be88';

let service: TestApplication;
let client: ScimClient;
const log: string[] = [];

beforeAll(async () => {
  service = await startTestApplication({ settings: { LOG_LEVEL: 'trace' }, log: (line) => log.push(line) });
  client = await (await service.company('acme')).client();
});
afterAll(() => service.close());

const patch = (...Operations: object[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

const BODIES: readonly (readonly [string, unknown])[] = [
  ['an attribute', { password: CANARY }],
  ['another spelling', { PassWord: CANARY }],
  ['the URN in front', { [`${USER}:password`]: CANARY }],
  ['the URN in capitals', { [`${USER.toUpperCase()}:PASSWORD`]: CANARY }],
  ["the core schema's object", { [USER]: { password: CANARY } }],
  ["a draft's object", { 'urn:scim:schemas:core:1.0': { password: CANARY } }],
  ["a draft's name", { 'urn:scim:schemas:core:1.0:password': CANARY }],
  ['an object', { password: { value: CANARY } }],
  ['an array', { password: [CANARY, { value: CANARY }] }],
  ['a hash', { password: `{SSHA}${CANARY}` }],
  ['twice', { password: CANARY, Password: CANARY }],
  ['beside a wrong type', { password: CANARY, active: 'maybe', emails: 5 }],
  ['beside a missing attribute', { password: CANARY, userName: null }],
  ['beside wrong schemas', { password: CANARY, schemas: [GROUP] }],
  ['beside a NUL', { password: CANARY, title: '\0' }],
  ['with a NUL', { password: `${CANARY}\0` }],
  ['with half a surrogate pair', { password: `${CANARY}\ud800` }],
  ['deep in an object', { password: JSON.parse('['.repeat(40) + `"${CANARY}"` + ']'.repeat(40)) }],
];

const TEXTS: readonly (readonly [string, string])[] = [
  ['cut short', `{"userName":"cut","password":"${CANARY}`],
  ['without quotation marks', `{"userName":"bare","password":${CANARY}}`],
  ['with single quotation marks', `{"userName":"single","password":'${CANARY}'}`],
  ['with a wrong escape', `{"userName":"escape","password":"\\q${CANARY}"}`],
  ['with a wrong unicode escape', `{"userName":"escape","password":"\\u1z${CANARY}"}`],
  ['with a tab', `{"userName":"tab","password":"\t${CANARY}"}`],
  ['twice with one name', `{"userName":"two","password":"${CANARY}","password":"${CANARY}2"}`],
  ['with a comma too many', `{"userName":"comma","password":"${CANARY}",}`],
  ['before more text', `{"userName":"more","password":"${CANARY}"} ${CANARY}`],
  ['as the whole body', JSON.stringify(CANARY)],
  ['as a number that is none', '{"password":1e4000}'],
];

const OPERATIONS: readonly (readonly [string, object])[] = [
  ['a path', { op: 'replace', path: 'password', value: CANARY }],
  ['a path with an add', { op: 'Add', path: 'PASSWORD', value: CANARY }],
  ['a path with its URN', { op: 'replace', path: `${USER}:password`, value: CANARY }],
  ["a path with a draft's URN", { op: 'replace', path: 'urn:scim:schemas:core:1.0:password', value: CANARY }],
  ['a dot behind the URN', { op: 'replace', path: `${USER}.password`, value: CANARY }],
  ['a path with blanks', { op: 'replace', path: ' password ', value: CANARY }],
  ['no path', { op: 'replace', value: { password: CANARY } }],
  ['no path and the URN', { op: 'replace', value: { [`${USER}:password`]: CANARY } }],
  ['no path and an object', { op: 'replace', value: { [USER]: { password: CANARY } } }],
  ['an empty path', { op: 'replace', path: '', value: { password: CANARY } }],
  ["the schema's path", { op: 'add', path: USER, value: { password: CANARY } }],
  ['an object', { op: 'replace', path: 'password', value: { value: CANARY } }],
  ['a remove', { op: 'remove', path: 'password', value: CANARY }],
  ['a sub-attribute', { op: 'replace', path: 'password.value', value: CANARY }],
  ['a filter', { op: 'replace', path: 'password[type eq "x"]', value: CANARY }],
  ['a filter on it', { op: 'replace', path: `emails[password eq "${CANARY}"].value`, value: 'x' }],
  ['a filter with it', { op: 'remove', path: `password[value eq "${CANARY}"]` }],
  ['a filter without quotation marks', { op: 'remove', path: `password[value eq ${CANARY}]` }],
  ['a filter that does not end', { op: 'remove', path: `password[value eq "${CANARY}` }],
  ['a long filter', { op: 'remove', path: `/password[value eq "${CANARY}${'x'.repeat(200)}"]` }],
  ['a long unknown path', { op: 'remove', path: `nothing[value eq "${CANARY}${'x'.repeat(200)}"]` }],
  ['a comparison', { op: 'remove', path: `password eq "${CANARY}"` }],
  ['a JSON Pointer', { op: 'replace', path: '/password', value: CANARY }],
  ['an unknown operator', { op: CANARY, path: 'password', value: CANARY }],
  ['no operator', { path: 'password', value: CANARY }],
  ['a NUL', { op: 'replace', path: 'password', value: `${CANARY}\0` }],
];

describe.each<Dialect>(['lenient', 'strict'])('a password in the %s dialect', (dialect) => {
  const answers: ScimAnswer[] = [];
  let caller: ScimClient;
  let id: string;
  let made = 0;

  beforeAll(async () => {
    caller = await (await service.company(`canary-${dialect}`)).client(dialect);
    const body = { schemas: [USER], userName: 'ada', nickName: WITNESS, password: CANARY };
    const answer = await caller.post('/Users', body);
    expect(answer.status).toBe(201);
    expect(answer.text).toContain(WITNESS);
    answers.push(answer);
    id = answer.body.id as string;
  });

  it.each(BODIES)('IDP-01 in POST and PUT: %s', async (_, body) => {
    const named = { schemas: [USER], userName: `user-${++made}`, ...(body as object) };
    answers.push(await caller.post('/Users', named));
    answers.push(await caller.put(`/Users/${id}`, { nickName: WITNESS, ...named, userName: 'ada' }));
    expect(answers.at(-1)?.status).toBeLessThan(500);
  });

  it.each(TEXTS)('IDP-01 in a body that is refused: %s', async (_, text) => {
    for (const answer of [
      await caller.post('/Users', text),
      await caller.put(`/Users/${id}`, text),
      await caller.patch(`/Users/${id}`, text),
    ]) {
      expect(answer.status).toBe(400);
      answers.push(answer);
    }
  });

  it.each(OPERATIONS)('IDP-01 in PATCH: %s', async (_, operation) => {
    answers.push(await caller.patch(`/Users/${id}`, patch(operation)));
    answers.push(
      await caller.patch(`/Users/${id}`, patch(operation, { op: 'replace', path: 'active', value: {} })),
    );
    expect(answers.every(({ status }) => status < 500)).toBe(true);
  });

  it('IDP-04 changes nothing, and answers as if it were not there', async () => {
    const before = (await caller.get(`/Users/${id}`)).body.meta.version as string;
    const answer = await caller.patch(
      `/Users/${id}`,
      patch({ op: 'replace', path: 'password', value: CANARY }),
    );
    expect(answer.status).toBe(200);
    expect(answer.body.meta.version).toBe(before);
    expect(answer.body.password).toBeUndefined();
  });

  it('IDP-01 is in no search', async () => {
    for (const query of [`filter=password%20eq%20%22${CANARY}%22`, 'sortBy=password']) {
      const answer = await caller.get(`/Users?${query}`);
      expect(answer.status).toBe(400);
      answers.push(answer);
    }
    answers.push(await caller.get('/Users?attributes=password'), await caller.get('/Users'));
    answers.push(await caller.get(`/Users/${id}?attributes=password,nickName`));
  });

  it('IDP-01 IDP-02 ERR-15 is found nowhere afterwards', async () => {
    const dump = await dumpDatabase(service.database);
    expect(dump.join('\n')).toContain(WITNESS);
    expect(dump.filter((line) => line.includes(CANARY))).toEqual([]);
    expect(log.length).toBeGreaterThan(100);
    expect(log.filter((line) => line.includes(CANARY))).toEqual([]);
    // What a client itself uses as a name or inside a filter may come back to it: it is no password there.
    const echoing = /op: expected|filter|\[|emails/;
    const echoed = answers.filter(
      ({ text, body }) => text.includes(CANARY) && !echoing.test(body.detail as string),
    );
    expect(echoed.map(({ text }) => text)).toEqual([]);
  });
});

describe('the log', () => {
  const linesSince = (start: number): Record<string, unknown>[] =>
    log.slice(start).map((line) => JSON.parse(line) as Record<string, unknown>);

  it('IDP-01 the server of the database writes none of it down either', () => {
    const text = readFileSync(join(runFolder(), 'postgres.log'), 'utf8');
    expect(text).toContain('ready to accept connections');
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(WITNESS);
  });

  it('SEC-07 holds neither tokens nor query strings nor bodies', async () => {
    const start = log.length;
    await client.get(`/Users?filter=userName%20eq%20%22${WITNESS}%22&attributes=${CANARY}`);
    await client.get(`/Users?access_token=${CANARY}`);
    await client.post('/Users', { schemas: [USER], userName: WITNESS });
    await client.send({ method: 'GET', path: '/Users', headers: { Authorization: `Bearer ${CANARY}` } });
    await client.send({ method: 'GET', path: '/Users', headers: { Authorization: CANARY, Cookie: CANARY } });
    await client.get('/Users', { 'X-Forwarded-For': CANARY, Referer: `http://x/?${CANARY}` });
    const text = log.slice(start).join('');
    expect(text).toContain('"operation":"list","resourceType":"User"');
    for (const secret of [client.token as string, CANARY, WITNESS]) expect(text).not.toContain(secret);
    expect(log.join('')).not.toContain(client.token);
  });

  it('has one line for each refusal, with place and reason', async () => {
    const { body } = await client.post('/Users', { schemas: [USER], userName: 'logged' });
    const place = `/Users/${body.id as string}`;
    const value = WITNESS;
    const requests: (() => Promise<ScimAnswer>)[] = [
      () => client.get('/Users/0000000000000000'),
      () => client.get(`/Users?filter=userName%20zz%20%22${value}%22`),
      () => client.get(`/Users?filter=userName%20eq%20${value}%20and`),
      () => client.get(`/Users?filter=active%20eq%20%22${value}%22`),
      () => client.get(`/Users?startIndex=${value}`),
      () => client.post('/Users', { schemas: [USER], userName: 'logged' }),
      () => client.post('/Users', { schemas: [USER], userName: [value] }),
      () => client.post('/Users', { schemas: [USER], userName: 'x', emails: [{ value, primary: value }] }),
      () => client.post('/Users', `{"userName":${value}}`),
      () => client.post('/Users', `{"userName":"\\u00${value}"}`),
      () => client.patch(place, [{ op: value, path: 'title', value }]),
      () => client.patch(place, [{ op: 'replace', path: `emails[type xx "${value}"]`, value }]),
      () => client.patch(place, [{ op: 'replace', path: 'active', value }]),
      () => client.patch(place, [{ op: 'replace', path: 'id', value }]),
      () => client.post('/Groups', { schemas: [GROUP], displayName: value, members: [{ value }] }),
      () => client.post('/Groups', { schemas: [GROUP], displayName: value, members: value }),
      () => client.put(place, { userName: 'y' }, { 'If-Match': value }),
      () => client.put(place, { userName: 'y' }, { 'If-Match': 'W/"99"' }),
      () => client.post('/Users', value, { 'Content-Type': `text/${value}` }),
      () => client.post('/Users', '{}', { 'Content-Type': `text/json; charset=${value}` }),
      () => client.post('/Users', '{}', { 'Content-Encoding': value }),
    ];
    for (const [index, request] of requests.entries()) {
      const start = log.length;
      const answer = await request();
      expect([index, answer.status]).toEqual([index, expect.any(Number)]);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      const refusals = linesSince(start).filter(({ level }) => (level as number) >= 30);
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toMatchObject({
        requestId: answer.headers['x-request-id'],
        company: 'acme',
        operation: expect.stringMatching(/^(list|read|create|replace|patch)$/),
        resourceType: expect.stringMatching(/^(User|Group)$/),
        status: answer.status,
        detail: expect.stringMatching(/.{10,}/),
      });
      expect([index, linesSince(start).filter((line) => JSON.stringify(line).includes(value))]).toEqual([
        index,
        [],
      ]);
    }
  });

  it('SEC-07 keeps a caller’s request id only where it is fit for a log', async () => {
    expect((await client.get('/Users', { 'X-Request-Id': 'abc-123' })).headers['x-request-id']).toBe(
      'abc-123',
    );
    for (const id of ['a b', '<script>', 'x'.repeat(200), '"quoted"']) {
      expect((await client.get('/Users', { 'X-Request-Id': id })).headers['x-request-id']).not.toBe(id);
    }
  });
});
