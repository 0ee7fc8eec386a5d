import { type Command } from 'commander';
import { type Check } from '../administration/doctor/check.js';
import { type ExaminedDatabase } from '../administration/doctor/doctor.js';
import { readSettings } from '../config/read-settings.js';
import { type Settings } from '../config/settings.js';
import { StartupError } from '../config/startup-error.js';
import { withExamples } from './examples.js';
import { Interruption } from './interruption.js';
import { type OutputOptions } from './output-options.js';
import { makePrintable } from './printable.js';
import { paint, printJson, type Terminal } from './terminal.js';

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
const NAME_WIDTH = 15;

/**
 * Adds `doctor`.
 *
 * @param onFailure called if a check failed
 */
export function addDoctorCommand(program: Command, terminal: Terminal, onFailure: () => void): void {
  withExamples(program.command('doctor'), 'doctor', 'doctor --json')
    .description('look whether the settings, the database and this machine are as the service needs them')
    .option('--json', 'print JSON')
    .action(async ({ json }: OutputOptions) => {
      const checks = await examineAll(terminal);
      terminal.out(json ? printJson(checks) : checks.map((check) => printCheck(terminal, check)).join('\n'));
      if (checks.some(({ status }) => status === 'fail')) onFailure();
    });
}

async function examineAll({ environment }: Terminal): Promise<readonly Check[]> {
  let settings: Settings;
  try {
    settings = readSettings(environment);
  } catch (error) {
    if (error instanceof StartupError) return error.message.split('\n').map(refuseSetting);
    throw error;
  }
  return examineWith(settings);
}

const refuseSetting = (found: string): Check => ({
  name: 'Settings',
  status: 'fail',
  found,
  advice: 'See .env.example.',
});

async function examineWith(settings: Settings): Promise<readonly Check[]> {
  const { examine } = await import('../administration/doctor/doctor.js');
  const { hasCluster } = await import('../embedded-postgres/cluster.js');
  const interruption = new Interruption();
  const look = (database: ExaminedDatabase): Promise<readonly Check[]> =>
    interruption.race(() => examine(settings, database));
  try {
    const { databaseUrl, databaseDirectUrl = databaseUrl, dataDir } = settings;
    if (databaseUrl !== undefined && databaseDirectUrl !== undefined) {
      return await look({ directUrl: databaseDirectUrl, embedded: false });
    }
    if (!hasCluster(dataDir)) return await look(undefined);
    return await examineEmbedded(dataDir, look);
  } finally {
    interruption.release();
  }
}

/** The embedded server is started where it does not run. */
async function examineEmbedded(
  dataDir: string,
  look: (database: ExaminedDatabase) => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  const { openEmbedded } = await import('../embedded-postgres/embedded-database.js');
  const server = await openEmbedded(dataDir).catch((error: unknown) => {
    if (error instanceof StartupError) return error;
    throw error;
  });
  if (server instanceof StartupError) return look(server);
  try {
    return await look({ directUrl: server.url, embedded: true });
  } finally {
    await server.close();
  }
}

function printCheck(terminal: Terminal, { name, status, found, advice }: Check): string {
  const text = makePrintable(advice === null ? found : `${found.replace(/\.$/, '')}. ${advice}`);
  return `${paint(terminal, status.padEnd(4), COLOURS[status])}  ${name.padEnd(NAME_WIDTH)} ${text}`;
}
