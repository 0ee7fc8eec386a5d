import {
  runCommand,
  runOnTerminal,
  type CommandOutcome,
  type TerminalOptions,
} from '../support/command-line.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { NEW_COMPANY_SETTINGS } from '../support/new-company-settings.js';

const DAY = 24 * 60 * 60 * 1000;

interface IssuedToken {
  readonly id: string;
  readonly secret: string;
}

describe('the rollcall command, beside a running server', () => {
  let application: TestApplication;

  const rollcall = (...args: string[]): Promise<CommandOutcome> =>
    runCommand({ DATABASE_URL: application.database.url }, ...args);

  /** Runs a command that must succeed, with `--json`. */
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, out, error } = await rollcall(...args, '--json');
    expect({ code, error }).toEqual({ code: 0, error: '' });
    return JSON.parse(out) as T;
  };

  const expectRefusal = async (args: string[], code: number, line: RegExp | string): Promise<void> => {
    const outcome = await rollcall(...args);
    expect(outcome).toEqual({ code, out: '', error: expect.stringMatching(line) });
    expect(outcome.error).not.toMatch(/\n|\p{Cc}/u);
  };

  const groupsStatus = async (secret: string): Promise<number> =>
    (await application.scim(secret).get('/Groups?count=1')).status;

  beforeAll(async () => {
    application = await startTestApplication();
  });

  afterAll(() => application.close());

  it('makes, shows, lists and changes companies', async () => {
    const made = await json('company', 'create', 'acme-eu', '--name', 'Acme Ünion');
    const company = {
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      slug: 'acme-eu',
      name: 'Acme Ünion',
      created: expect.any(String),
      state: 'active',
      settings: NEW_COMPANY_SETTINGS,
      users: 0,
      groups: 0,
      suspended: null,
      pausedUntil: null,
      movedTo: null,
      deleteAfter: null,
      lastUsed: null,
      expiringCredentials: 0,
    };
    expect(made).toEqual(company);
    expect(await json('company', 'show', 'acme-eu')).toEqual(company);
    expect(await json('company', 'list')).toContainEqual(company);

    const set = ['company', 'set', 'acme-eu', '--name', 'Acme', '--unknown-members', 'ignore'];
    const changed = {
      ...company,
      name: 'Acme',
      settings: { ...NEW_COMPANY_SETTINGS, duplicateGroupNames: true, unknownMembers: 'ignore' },
    };
    expect(await json(...set, '--duplicate-group-names', 'true')).toEqual(changed);
    expect(await json('company', 'show', 'acme-eu')).toEqual(changed);
    expect(await json('company', 'set', 'acme-eu', '--unknown-members', 'reject')).toEqual({
      ...changed,
      settings: { ...NEW_COMPANY_SETTINGS, duplicateGroupNames: true },
    });
    expect(await json('company', 'set', 'acme-eu', '--unique-external-id', 'on')).toMatchObject({
      settings: { uniqueExternalId: true },
    });
    expect((await rollcall('company', 'show', 'acme-eu')).out).toContain('externalId of users');
    expect(await json('company', 'set', 'acme-eu', '--journal-retention', '30d')).toMatchObject({
      settings: { journalRetentionDays: 30 },
    });
    expect((await rollcall('company', 'show', 'acme-eu')).out).toMatch(/│ Journal kept +│ 30 days +│/);
    await json('company', 'set', 'acme-eu', '--journal-retention', '400');
    expect(await json('company', 'set', 'acme-eu', '--unique-external-id', 'off')).toMatchObject({
      settings: { uniqueExternalId: false, journalRetentionDays: 400 },
    });
    expect(await json('company', 'set', 'acme-eu', '--rate-limit', '500')).toMatchObject({
      settings: { rateLimit: 500 },
    });
    expect((await rollcall('company', 'show', 'acme-eu')).out).toMatch(/Requests a second +│ 500 /);
    expect((await rollcall('company', 'set', 'acme-eu', '--rate-limit', '0')).error).toContain(
      '1 to 1000000',
    );
    expect(await json('company', 'set', 'acme-eu', '--rate-limit', 'default')).toMatchObject({
      settings: { rateLimit: null },
    });
  });

  it('names a company by its slug where no name is given, and counts what it holds', async () => {
    expect(await json('company', 'create', 'counted')).toMatchObject({ name: 'counted' });
    const { secret } = await json<IssuedToken>('token', 'issue', 'counted');
    await application.scim(secret).post('/Groups', { displayName: 'One' });
    expect(await json('company', 'show', 'counted')).toMatchObject({ users: 0, groups: 1 });
  });

  it('prints tables for people', async () => {
    await rollcall('company', 'create', 'tabled', '--name', 'Tabled Ltd');
    const list = await rollcall('company', 'list');
    expect(list).toMatchObject({ code: 0, error: '' });
    expect(list.out).toMatch(/│ Slug +│ Name +│ Users +│/);
    expect(list.out).toMatch(/│ tabled +│ Tabled Ltd +│ 0 +│ 0 +│/);
    expect((await rollcall('token', 'list', 'tabled')).out).toMatch(/No token yet/);

    const issued = await rollcall('token', 'issue', 'tabled', '--name', 'Entra', '--read-only');
    const [secret] = /rollcall_[\w-]+/.exec(issued.out) ?? [''];
    expect(issued.out.split(secret)).toHaveLength(2);
    expect(await groupsStatus(secret)).toBe(200);
    const tokens = await rollcall('token', 'list', 'tabled');
    expect(tokens.out).toMatch(/│ Entra +│ lenient +│ read only +│ valid until 20/);
    expect(tokens.out).toMatch(/, 365 days( left)? +│ (none|20.*) +│/);
    expect(tokens.out).not.toContain(secret);
  });

  it('lets no control character of a name reach the terminal', async () => {
    const name = 'Ac\u001b[2Jme\u0007\r\n\u009b31m\u202eLtd';
    const shown = 'Ac\\u001b[2Jme\\u0007\\u000d\\u000a\\u009b31m\\u202eLtd';
    const harmful = /[^\P{Cc}\n]|\u202e/u;
    const made = await rollcall('company', 'create', 'steered', '--name', name);
    expect(made.out).toContain(shown);
    expect(made.out).not.toMatch(harmful);
    const list = await runOnTerminal(
      { columns: 200 },
      { DATABASE_URL: application.database.url },
      'company',
      'list',
    );
    expect(list.out).toContain(shown);
    expect(list.out).not.toMatch(harmful);
    const document = await rollcall('company', 'show', 'steered', '--json');
    expect(document.out).not.toMatch(harmful);
    expect(JSON.parse(document.out)).toMatchObject({ name });
    const issued = await rollcall('token', 'issue', 'steered', '--name', name);
    expect(issued.out).not.toMatch(harmful);
    expect((await rollcall('token', 'list', 'steered')).out).not.toMatch(harmful);
  });

  it('issues tokens with a dialect, a name, scopes and an end', async () => {
    await rollcall('company', 'create', 'issuing');
    const plain = await json<IssuedToken & { expires: string }>('token', 'issue', 'issuing');
    expect(plain).toEqual({
      id: expect.stringMatching(/^\d+$/),
      name: 'token',
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      created: expect.any(String),
      expires: expect.any(String),
      revoked: null,
      daysLeft: 365,
      lastUsed: null,
      client: null,
      user: null,
      secret: expect.stringMatching(/^rollcall_[\w-]{43}$/),
      baseUrls: {
        standard: 'http://127.0.0.1:3000/standard/scim/v2',
        paradigm: 'http://127.0.0.1:3000/scim/v2',
        oud: 'http://127.0.0.1:3000/iam/directory/oud/scim/v1',
        strongdm: 'http://127.0.0.1:3000/provisioning/generic/v2',
        scaikey: 'http://127.0.0.1:3000/api/v1/tenants/issuing/scim/v2',
      },
    });
    expect(Math.abs(Date.parse(plain.expires) - Date.now() - 365 * DAY)).toBeLessThan(DAY / 24);

    const issue = ['token', 'issue', 'issuing', '--dialect', 'strict', '--name', 'Audit', '--read-only'];
    const readOnly = await json<IssuedToken>(...issue, '--expires', 'never');
    expect(readOnly).toMatchObject({
      name: 'Audit',
      dialect: 'strict',
      scopes: ['scim:read'],
      expires: null,
    });
    expect(await groupsStatus(readOnly.secret)).toBe(200);
    const write = await application.scim(readOnly.secret).post('/Groups', { displayName: 'No' });
    expect(write.status).toBe(403);
    expect(await json('token', 'issue', 'issuing', '--expires', '2099-12-31')).toMatchObject({
      expires: '2099-12-31T00:00:00.000Z',
    });

    const listed = await json<object[]>('token', 'list', 'issuing');
    expect(listed).toHaveLength(3);
    expect(JSON.stringify(listed)).not.toContain('secret');
  });

  it('changes name and dialect of a token, whose secret stays valid', async () => {
    await rollcall('company', 'create', 'updating');
    const { id, secret } = await json<IssuedToken>('token', 'issue', 'updating');
    const find = (): Promise<number> =>
      application
        .scim(secret)
        .get('/Users?filter=externalId+eq+007')
        .then(({ status }) => status);
    expect(await find()).toBe(200);
    const updated = await json('token', 'update', 'updating', id, '--dialect', 'strict');
    expect(updated).toMatchObject({ id, name: 'token', dialect: 'strict' });
    // The literal without quotes is a form of the lenient dialect.
    expect(await find()).toBe(400);
    expect(await json('token', 'update', 'updating', id, '--name', 'Okta')).toMatchObject({
      name: 'Okta',
      dialect: 'strict',
    });
    expect(await groupsStatus(secret)).toBe(200);
  });

  it('revokes a token at once', async () => {
    await rollcall('company', 'create', 'revoking');
    const { id, secret } = await json<IssuedToken>('token', 'issue', 'revoking');
    expect(await groupsStatus(secret)).toBe(200);
    const { revoked } = await json<{ revoked: string }>('token', 'revoke', 'revoking', id);
    expect(await groupsStatus(secret)).toBe(401);
    expect(Date.parse(revoked)).not.toBeNaN();
    expect(await json('token', 'revoke', 'revoking', id)).toMatchObject({ revoked });
    expect((await rollcall('token', 'list', 'revoking')).out).toContain(`revoked ${revoked.slice(0, 10)}`);
  });

  it('switches duplicate group names back only where none clash', async () => {
    await rollcall('company', 'create', 'twins', '--json');
    await rollcall('company', 'set', 'twins', '--duplicate-group-names', 'true');
    const { secret } = await json<IssuedToken>('token', 'issue', 'twins');
    const scim = application.scim(secret);
    await scim.post('/Groups', { displayName: 'Staff' });
    const twin = await scim.post('/Groups', { displayName: 'STAFF' });
    expect(twin.status).toBe(201);

    const back = ['company', 'set', 'twins', '--duplicate-group-names', 'false'];
    await expectRefusal([...back, '--name', 'Half done'], 1, /"S(TAFF|taff)" \(2 groups\)/);
    expect(await json('company', 'show', 'twins')).toMatchObject({
      name: 'twins',
      settings: { duplicateGroupNames: true },
    });
    await scim.delete(`/Groups/${twin.body.id}`);
    expect(await json(...back)).toMatchObject({ settings: { duplicateGroupNames: false } });
    expect((await scim.post('/Groups', { displayName: 'staff' })).status).toBe(409);
  });

  it('tells in one line what can not be done', async () => {
    await rollcall('company', 'create', 'taken');
    const { id } = await json<IssuedToken>('token', 'issue', 'taken');
    await expectRefusal(['company', 'create', 'taken'], 1, 'Company taken exists already');
    await expectRefusal(['company', 'create', 'Not A Slug'], 1, '"Not A Slug" is no slug');
    await expectRefusal(['company', 'create', '0123456789abcdef'], 1, 'is no slug');
    for (const unknown of [
      ['company', 'show', 'nobody'],
      ['company', 'set', 'nobody', '--name', 'Some'],
      ['token', 'issue', 'nobody'],
      ['token', 'list', 'nobody'],
      ['token', 'update', 'nobody', id, '--name', 'Some'],
      ['token', 'revoke', 'nobody', id],
      ['token', 'renew', 'nobody', id],
      ['company', 'suspend', 'nobody'],
      ['company', 'resume', 'nobody'],
      ['company', 'delete', 'nobody', '--yes'],
      ['company', 'restore', 'nobody'],
      ['company', 'purge', 'nobody'],
    ]) {
      await expectRefusal(unknown, 1, 'There is no company nobody');
      await expectRefusal([...unknown, '--json'], 1, 'There is no company nobody');
    }
    await rollcall('company', 'create', 'stranger');
    await expectRefusal(['token', 'revoke', 'stranger', id], 1, 'has no token');
    await expectRefusal(['token', 'update', 'taken', 'x\u001b[2J', '--name', 'Some'], 1, 'has no token');
  });

  it.each([
    [['company', 'set', 'taken'], 'nothing to change'],
    [['company', 'set', 'taken', '--journal-retention', '0'], 'from 1 to 3650'],
    [['company', 'set', 'taken', '--journal-retention', '3651'], 'from 1 to 3650'],
    [['company', 'set', 'taken', '--unknown-members', 'drop'], 'reject, ignore'],
    [['company', 'set', 'taken', '--duplicate-group-names', 'yes'], 'true, false'],
    [['company', 'create', 'nameless', '--name', ' '], 'a name is not empty'],
    [['company', 'create'], 'slug'],
    [['company', 'list', 'surplus'], 'too many arguments'],
    [['token', 'issue', 'taken', '--expires', '2020-01-01'], 'YYYY-MM-DD after today'],
    [['token', 'issue', 'taken', '--dialect', 'loose'], 'lenient, strict'],
    [['token', 'update', 'taken', '1'], 'nothing to change: give --name, --dialect or --expires'],
    [['webhook', 'change', 'taken', '0558ac4d70400001'], 'nothing to change: give --name, --url'],
    [['token', 'renew', 'taken', '1', '--overlap', 'soon'], 'days from 0 to 3650'],
    [['company', 'delete', 'taken', '--grace', '-1'], 'days from 0 to 3650'],
    [['token', 'rename'], 'unknown command'],
    [['demo', '--token', 'secret'], '--token needs --url'],
    [['demo', '--keep'], '--keep needs --url'],
    [['demo', '--url', 'localhost:3000'], 'expected a URL'],
    [['x\u001b[2J'], 'unknown command'],
  ])('refuses %j as a misuse', async (args, line) => {
    await expectRefusal(args, 2, line);
  });

  it('prints help, and asks for a command where none is given', async () => {
    const help = await rollcall('token', 'issue', '--help');
    expect(help).toMatchObject({ code: 0, error: '' });
    expect(help.out).toContain('(default: 365 days)');
    expect(await rollcall()).toMatchObject({ code: 2, out: '', error: expect.stringContaining('Usage:') });
  });

  it('prints its version', async () => {
    expect(await rollcall('--version')).toEqual({ code: 0, out: '0.1.0', error: '' });
  });

  it('gives examples of every command', async () => {
    const groups = [
      ...[
        '',
        'company',
        'token',
        'client',
        'client secret',
        'client federation',
        'issuer',
        'admin',
        'platform',
      ],
      ...['activity', 'console', 'guard', 'group', 'user', 'webhook'],
    ];
    const commands: (readonly string[])[] = [];
    for (const group of groups) {
      const path = group === '' ? [] : group.split(' ');
      const { out } = await rollcall(...path, '--help');
      const [, list = ''] = out.split('Commands:\n');
      for (const [, name = ''] of list.matchAll(/^ {2}(\w+)/gm)) {
        const command = [...path, name];
        if (name !== 'help' && !groups.includes(command.join(' '))) commands.push(command);
      }
    }
    expect(commands.length).toBeGreaterThan(15);
    for (const command of commands) {
      expect((await rollcall(...command, '--help')).out).toContain(`  $ rollcall ${command.join(' ')}`);
    }
  });

  it('tells what is wrong with the settings or the database', async () => {
    const list = (environment: Record<string, string>): Promise<CommandOutcome> =>
      runCommand(environment, 'company', 'list', '--json');
    expect(await list({ DATABASE_URL: 'mysql://localhost/x', PORT: '-1' })).toEqual({
      code: 1,
      out: '',
      error: expect.stringMatching(/^DATABASE_URL is not a postgres:\/\/ URL\nPORT is [^\n]+$/),
    });
    expect(await list({ DATABASE_URL: 'postgres://rollcall:hidden@127.0.0.1:1/rollcall' })).toEqual({
      code: 1,
      out: '',
      error: expect.stringMatching(
        /^(?!.*hidden)The database 127\.0\.0\.1:1\/rollcall can't be reached[^\n]+$/,
      ),
    });
    expect(await list({ DATABASE_URL: application.database.url, LOG_LEVL: 'warn' })).toMatchObject({
      code: 0,
      error: 'LOG_LEVL is no setting of Rollcall: is LOG_LEVEL meant?',
    });
  });

  describe('tables', () => {
    const BLANKS = /[^\S\n]+/g;
    const widest = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length));
    const list = (terminal: TerminalOptions, ...args: string[]): Promise<CommandOutcome> =>
      runOnTerminal(terminal, { DATABASE_URL: application.database.url }, ...args);

    beforeAll(async () => {
      await rollcall('company', 'create', 'wide', '--name', `${'Long name '.repeat(10)}${'x'.repeat(70)}`);
      for (const name of ['Entra ID', 'A token for a service of which much is to be said', 'y'.repeat(80)]) {
        await rollcall('token', 'issue', 'wide', '--name', name);
      }
    });

    it.each([100, 60, 250])('fit a terminal of %i columns, and lose nothing', async (columns) => {
      for (const args of [
        ['company', 'list'],
        ['company', 'show', 'wide'],
        ['token', 'list', 'wide'],
      ]) {
        const { out } = await list({ columns }, ...args);
        expect(widest(out)).toBeLessThanOrEqual(columns);
      }
      const { out } = await list({ columns }, 'company', 'show', 'wide');
      // Two are those of externalId and of tokens that expire.
      expect(out.replaceAll(/│ (Name)? +│/g, '│').match(/x/g)).toHaveLength(72);
      expect(out.replaceAll(BLANKS, ' ').match(/Long/g)).toHaveLength(10);
    });

    it('are coloured where the terminal allows it, and the same but for that', async () => {
      const plain = await rollcall('token', 'list', 'wide');
      const coloured = await list({ colour: true }, 'token', 'list', 'wide');
      expect(plain.out).not.toContain('\u001b');
      expect(coloured.out).toContain('\u001b[32m');
      expect(coloured.out.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain.out);
    });
  });

  it('prints the base URLs that a token may use with it', async () => {
    await rollcall('company', 'create', 'urls');
    const environment = { DATABASE_URL: application.database.url, PUBLIC_URL: 'https://scim.example/in/' };
    const issued = await runCommand(environment, 'token', 'issue', 'urls');
    expect(issued.out).toContain('https://scim.example/in/standard/scim/v2');
    expect(issued.out).toContain('https://scim.example/in/api/v1/tenants/urls/scim/v2');
    expect(issued.out).not.toContain('PUBLIC_URL');
    const [secret] = /rollcall_[\w-]+/.exec(issued.out) ?? [''];
    await application.scim(secret).post('/Users', { userName: 'ada' });
    const ofUser = await runCommand(environment, 'token', 'issue', 'urls', '--user', 'ada', '--json');
    expect(JSON.parse(ofUser.out)).toMatchObject({
      baseUrls: { standard: 'https://scim.example/in/standard/scim/v2' },
    });
    expect(Object.keys((JSON.parse(ofUser.out) as { baseUrls: object }).baseUrls)).toHaveLength(1);
    expect((await rollcall('token', 'issue', 'urls')).out).toContain('PUBLIC_URL is not set');
  });

  it('renews a token, and changes its end', async () => {
    await rollcall('company', 'create', 'renewing');
    const { id, secret } = await json<IssuedToken>('token', 'issue', 'renewing', '--name', 'Okta');
    const renewed = await json<IssuedToken & { old: object }>('token', 'renew', 'renewing', id);
    expect(renewed).toMatchObject({ name: 'Okta', daysLeft: 365, old: { id, daysLeft: 7 } });
    expect(renewed.secret).not.toBe(secret);
    expect(await Promise.all([secret, renewed.secret].map(groupsStatus))).toEqual([200, 200]);
    const shown = await rollcall(
      'token',
      'renew',
      'renewing',
      renewed.id,
      '--overlap',
      '2d',
      '--expires',
      '9',
    );
    expect(shown.out).toMatch(/valid until .*9 days left/);
    expect(shown.out).toMatch(new RegExp(`Token ${renewed.id} ends 20`));
    const until = ['token', 'update', 'renewing', id, '--expires'];
    expect(await json(...until, 'never')).toMatchObject({ id, expires: null, daysLeft: null });
    expect(await json(...until, '2099-12-31')).toMatchObject({ expires: '2099-12-31T00:00:00.000Z' });
  });

  it('suspends and resumes a company', async () => {
    await rollcall('company', 'create', 'pausing');
    const { secret } = await json<IssuedToken>('token', 'issue', 'pausing');
    const { suspended } = await json<{ suspended: string }>('company', 'suspend', 'pausing');
    expect(Date.parse(suspended)).not.toBeNaN();
    expect(await groupsStatus(secret)).toBe(403);
    expect(await json('company', 'suspend', 'pausing')).toMatchObject({ suspended });
    expect((await rollcall('company', 'list')).out).toMatch(/pausing .*suspended/);
    expect((await rollcall('company', 'resume', 'pausing')).out).toMatch(/State +│ active/);
    expect(await groupsStatus(secret)).toBe(200);
  });

  it('deletes a company after a time in which it comes back, and removes it then', async () => {
    await rollcall('company', 'create', 'leaving');
    const { secret } = await json<IssuedToken>('token', 'issue', 'leaving');
    const { deleteAfter } = await json<{ deleteAfter: string }>('company', 'delete', 'leaving', '--yes');
    expect(Math.abs(Date.parse(deleteAfter) - Date.now() - 30 * DAY)).toBeLessThan(DAY / 2);
    expect(await groupsStatus(secret)).toBe(403);
    await expectRefusal(['company', 'purge', 'leaving'], 1, 'can be brought back until');
    expect(await json('company', 'purge')).toEqual({ removed: [] });
    expect(await json('company', 'restore', 'leaving')).toMatchObject({ deleteAfter: null });
    expect(await groupsStatus(secret)).toBe(200);
    await expectRefusal(['company', 'restore', 'leaving'], 1, 'was not deleted');
    await json('company', 'delete', 'leaving', '--yes', '--grace', '0d');
    await expectRefusal(['company', 'restore', 'leaving'], 1, 'its grace is over');
    expect((await rollcall('company', 'purge')).out).toBe('Removed: leaving');
    expect(await groupsStatus(secret)).toBe(401);
    await expectRefusal(['company', 'show', 'leaving'], 1, 'There is no company leaving');
  });

  it('asks for the slug before it deletes', async () => {
    await rollcall('company', 'create', 'asked');
    const remove = ['company', 'delete', 'asked'];
    const answering = (answer: string): Promise<CommandOutcome> =>
      runOnTerminal(
        { ask: () => Promise.resolve(answer) },
        { DATABASE_URL: application.database.url },
        ...remove,
      );
    await expectRefusal(remove, 1, '--yes');
    expect(await answering('yes')).toMatchObject({ code: 1, error: expect.stringMatching(/another slug/) });
    expect(await json('company', 'show', 'asked')).toMatchObject({ deleteAfter: null });
    expect(await answering('asked')).toMatchObject({ code: 0, error: '' });
    expect(await json('company', 'show', 'asked')).toMatchObject({ deleteAfter: expect.any(String) });
  });
});
