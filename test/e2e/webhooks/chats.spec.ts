import { AccessTokensStore } from '../../../src/access/access-tokens.store.js';
import { SilenceWarnings } from '../../../src/access/silence-warnings.js';
import { ALERT_TYPES } from '../../../src/feed/change-types.js';
import { runCommand } from '../../support/command-line.js';
import { HookedService } from './hooked.js';

let rig: HookedService;
const lines: string[] = [];
beforeAll(async () => {
  rig = await HookedService.start({ LOG_LEVEL: 'trace', PUBLIC_URL: 'https://scim.example.com' }, (line) =>
    lines.push(line),
  );
  // It looks by itself from a minute on.
  rig.service.app.get(SilenceWarnings).onModuleDestroy();
});
afterEach(() => rig.closeReceivers());
afterAll(() => rig.close());

async function asSuperuser(text: string, ...values: unknown[]): Promise<readonly object[]> {
  return (await (await rig.service.database.superuser()).query<object>(text, values)).rows;
}

it('a chat is told of alerts alone, in the form that Slack takes', async () => {
  const hooked = await rig.hooked({ format: 'slack' });
  const { company, receiver, path } = hooked;
  expect((await rig.admin.get(path)).body).toMatchObject({ format: 'slack', types: ALERT_TYPES });
  await hooked.user('ada');
  await rig.service.lifecycle.suspendCompany(company);
  await rig.service.lifecycle.resumeCompany(company);
  const [first, second] = await receiver.received(2);
  expect([first?.body, second?.body]).toEqual([
    {
      text: `${company} is suspended: all of its requests are refused.\n<https://scim.example.com/console/companies/${company}/log|Open the console>`,
    },
    { text: expect.stringContaining(`${company} is served again.`) },
  ]);
  expect(receiver.messages).toHaveLength(2);
});

it('a silence arrives as a card of Teams, and a test too', async () => {
  const { company, receiver, path } = await rig.hooked({ format: 'teams', types: ['company.silent'] });
  const issued = await rig.service.tokens.issueToken(company, {
    name: 'Entra ID',
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  await asSuperuser(
    "INSERT INTO token_activity (token_id, last_used) VALUES ($1, now() - interval '30 hours')",
    issued.id,
  );
  await rig.service.app.get(AccessTokensStore).claimSilences();
  const [silence] = await receiver.received(1);
  expect(silence?.body).toEqual({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: expect.objectContaining({
          type: 'AdaptiveCard',
          body: [
            {
              type: 'RichTextBlock',
              inlines: [
                {
                  type: 'TextRun',
                  text: expect.stringMatching(
                    new RegExp(
                      `^${company} has sent no request for 24 hours, the last one on \\d{4}-\\d\\d-\\d\\d at`,
                    ),
                  ),
                },
              ],
            },
          ],
          actions: [
            expect.objectContaining({ url: `https://scim.example.com/console/companies/${company}/connect` }),
          ],
        }),
      },
    ],
  });
  await rig.admin.post(`${path}/test`);
  const [, test] = await receiver.received(2);
  expect(JSON.stringify(test?.body)).toContain(`A test: alerts of ${company} arrive here.`);
});

it('a webhook of Standard Webhooks is told of a silence with its detail', async () => {
  const { company, receiver, secret } = await rig.hooked({ types: ['company.silent'] });
  const issued = await rig.service.tokens.issueToken(company, {
    name: 'Okta',
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  await asSuperuser(
    "INSERT INTO token_activity (token_id, last_used) VALUES ($1, now() - interval '30 hours')",
    issued.id,
  );
  await rig.service.app.get(AccessTokensStore).claimSilences();
  const [message] = await receiver.received(1);
  expect(message?.body).toMatchObject({
    type: 'company.silent',
    data: { company: { slug: company }, detail: { hours: 24, lastUsed: expect.any(String) } },
  });
  receiver.verify(secret);
});

it('what is no alert, and no format, is refused for a chat', async () => {
  const { company, path } = await rig.hooked({ format: 'slack', types: ['guard.held'] });
  const create = (webhook: object): Promise<{ status: number; body: { detail: string } }> =>
    rig.admin.post(`/companies/${company}/webhooks`, { url: 'https://localhost/x', ...webhook });
  expect(await create({ format: 'teams', types: ['user.created'] })).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('user.created is none') },
  });
  expect((await create({ format: 'irc' })).status).toBe(400);
  expect((await rig.admin.patch(path, { types: ['user.created'] })).status).toBe(400);
  expect((await rig.admin.patch(path, { types: null })).body).toMatchObject({ types: ALERT_TYPES });
});

it('the command line makes one for a chat', async () => {
  const { slug } = await rig.service.company();
  const create = (...options: string[]): ReturnType<typeof runCommand> =>
    runCommand(
      { DATABASE_URL: rig.service.database.url },
      ...['webhook', 'create', slug, 'https://hooks.example.com/x', '--json', ...options],
    );
  const made = await create('--format', 'teams', '--types', 'guard.held', 'company.silent');
  expect(JSON.parse(made.out)).toMatchObject({ format: 'teams', types: ['guard.held', 'company.silent'] });
  expect(await create('--format', 'slack', '--types', 'user.created')).toMatchObject({
    code: 1,
    error: expect.stringContaining('user.created is none'),
  });
});

it('the URL of a chat, which is a secret, is shown nowhere, and kept encrypted', async () => {
  const company = await rig.service.company();
  const url = 'https://hooks.example.com/services/T000/B000/neverToBeShown';
  const { status, body } = await rig.admin.post(`/companies/${company.slug}/webhooks`, {
    url,
    format: 'slack',
  });
  expect(status).toBe(201);
  const path = `/companies/${company.slug}/webhooks`;
  const shown = [body, (await rig.admin.get(path)).body, (await rig.admin.get(`${path}/${body.id}`)).body];
  const { body: journal } = await rig.admin.get(`/companies/${company.slug}/activity`);
  for (const text of [...shown, journal].map((each) => JSON.stringify(each))) {
    expect(text).not.toContain('neverToBeShown');
  }
  expect(body).toMatchObject({ url: 'https://hooks.example.com/…' });
  expect(lines.join('')).not.toContain('neverToBeShown');
  const kept = async (): Promise<string> => JSON.stringify(await asSuperuser('SELECT * FROM webhooks'));
  expect(await kept()).toContain('https://hooks.example.com/…');
  expect(await kept()).not.toContain('neverToBeShown');
  await rig.admin.patch(`${path}/${body.id}`, { url: 'https://other.example.com/neverToBeShown' });
  expect(await kept()).toContain('https://other.example.com/…');
  expect(await kept()).not.toContain('neverToBeShown');
});

it('a chat whose URL has changed is told at the new one', async () => {
  const { receiver } = await rig.hooked({ format: 'slack' });
  const { company, path } = await rig.hooked({ format: 'slack' });
  expect((await rig.admin.patch(path, { url: receiver.url })).status).toBe(200);
  await rig.service.lifecycle.suspendCompany(company);
  const [message] = await receiver.received(1);
  expect(message?.body).toMatchObject({ text: expect.stringContaining(`${company} is suspended`) });
});
