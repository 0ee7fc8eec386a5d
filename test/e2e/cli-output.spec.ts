import { startTestApplication, type TestApplication } from '../support/application.js';
import { COMPILE_LIMIT, compileProgram, startProgram } from '../support/program.js';

const LIMIT = 60_000;

describe('where nobody reads the output any more', () => {
  let program: string;
  let application: TestApplication;

  beforeAll(async () => {
    program = await compileProgram();
    application = await startTestApplication();
    await application.company('acme');
  }, COMPILE_LIMIT);
  afterAll(() => application.close());

  it.each([
    [['--help']],
    [['company', 'list']],
    [['company', 'show', 'acme', '--json']],
    [['token', 'issue', 'acme', '--name', 'Okta']],
    [['activity', 'tail', 'acme']],
    [['activity', 'export', 'acme']],
    [['nonsense']],
  ])(
    'rollcall %j ends quietly',
    async (args) => {
      const command = startProgram(program, ['cli.js', ...args], { DATABASE_URL: application.database.url });
      command.process.stdout?.destroy();
      const code = await command.ended();
      expect(command.error()).toBe(args[0] === 'nonsense' ? "error: unknown command 'nonsense'\n" : '');
      expect(code).toBe(args[0] === 'nonsense' ? 2 : 0);
    },
    LIMIT,
  );
});
