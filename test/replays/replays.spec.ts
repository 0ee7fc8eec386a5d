import { startTestApplication, type TestApplication } from '../support/application.js';
import { checkAnswerForm, snapshotUnchanged, verify } from './checks.js';
import { readFixture, readFixtures, requestOf, type Fixture } from './fixture.js';
import { prepare } from './preconditions.js';

const fixtures = readFixtures(import.meta.dirname);
const applications = new Map<string, Promise<TestApplication>>();

afterAll(async () => {
  for (const application of applications.values()) await (await application).close();
});

/** One application for all fixtures of the same settings; every fixture has a company of its own. */
function applicationFor({ settings = {} }: Fixture): Promise<TestApplication> {
  const key = JSON.stringify(settings);
  const application = applications.get(key) ?? startTestApplication({ settings });
  applications.set(key, application);
  return application;
}

test.each(fixtures.map((fixture) => [fixture.id, fixture.name, fixture] as const))(
  '%s %s',
  async (_id, _name, fixture) => {
    const application = await applicationFor(fixture);
    const client = await (await application.company()).client();
    const foreign = async () => (await application.company()).client();
    const variables = await prepare(client, foreign, fixture.given);
    const before = await snapshotUnchanged(client, fixture.assert, variables);

    const answer = await client.send(requestOf(fixture, variables));

    expect({ status: answer.status, text: answer.status === fixture.status ? '' : answer.text }).toEqual({
      status: fixture.status,
      text: '',
    });
    checkAnswerForm(answer);
    const createdId = answer.status === 201 ? { createdId: answer.body.id as string } : {};
    for (const check of fixture.assert) {
      await verify(check, answer, client, { ...variables, ...createdId }, before);
    }
  },
);

test('no two fixtures have the same id', () => {
  expect(new Set(fixtures.map(({ id }) => id)).size).toBe(fixtures.length);
});

test.each([
  ['has no status', { assert: [{ empty: true }] }],
  ['has no check', { status: 200, assert: [] }],
  ['checks nothing of a body', { status: 200, assert: [{ body: {} }] }],
  ['checks nothing of a state', { status: 200, assert: [{ get: '/Users', has: {} }] }],
  ['only looks whether a resource is there', { status: 200, assert: [{ get: '/Users', status: 200 }] }],
  ['names a check that does not exist', { status: 200, assert: [{ bdoy: { has: { id: '1' } } }] }],
])('a fixture that %s is refused', (_, fixture) => {
  expect(() => readFixture('X-001', JSON.stringify({ id: 'X-001', ...fixture }))).toThrow('X-001: ');
});
