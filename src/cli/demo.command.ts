import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { type Settings } from '../config/settings.js';
import { type DemoReport, playDemo } from '../demo/demo.js';
import { makeProgressBar, SILENT_PROGRESS } from '../demo/progress.js';
import { CompanyAdministration } from '../administration/company-administration.js';
import { describeDemo } from './demo-report.js';
import { Interruption } from './interruption.js';
import { withDatabase } from './session.js';
import { printJson, type Terminal } from './terminal.js';

const MOUNT = '/standard/scim/v2';
const TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000;

interface DemoOptions {
  readonly url?: string;
  readonly token?: string;
  readonly keep?: true;
  readonly json?: true;
}

interface Played {
  readonly company: string | null;
  readonly kept: boolean;
  readonly report: DemoReport;
}

/**
 * Adds `demo`.
 *
 * @param onDifference called if an answer of the server was not what a client needs
 */
export function addDemoCommand(program: Command, terminal: Terminal, onDifference: () => void): void {
  program
    .command('demo')
    .description('play what Entra ID and Okta send when they provision a company, and check the outcome')
    .addOption(
      new Option(
        '--url <url>',
        'a running server; default: one of its own on a temporary database',
      ).argParser(parseBase),
    )
    .option(
      '--token <token>',
      'a token of an empty company on that server; default: a company made for the demo',
    )
    .option('--keep', 'leave the company and what is in it')
    .option('--json', 'print JSON')
    .action(async (options: DemoOptions, command: Command) => {
      if (options.token !== undefined && options.url === undefined) {
        command.error('error: --token needs --url: the server that the token is for');
      }
      if (options.keep && options.url === undefined) {
        command.error('error: --keep needs --url: a server of its own goes with its database');
      }
      const played = await play(options, terminal);
      terminal.out(options.json ? printJson(played) : describeDemo(played));
      if (played.report.differences.length > 0) onDifference();
    });
}

/**
 * Reads the option `--url`: the origin of a server, its public URL or its SCIM base URL.
 *
 * @returns the SCIM base URL
 * @throws InvalidArgumentError where the text is no such URL
 */
function parseBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('expected a URL such as http://localhost:3000');
  }
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path.endsWith(MOUNT) ? path : `${path}${MOUNT}`}`;
}

function play(options: DemoOptions, terminal: Terminal): Promise<Played> {
  const { url, token, keep = false } = options;
  if (url === undefined) return playOnOwnServer(terminal);
  if (token !== undefined) return playWithToken(url, token, keep, terminal);
  const settings = readSettings(terminal.environment);
  return withDatabase(settings, ({ directUrl }, { signal }) =>
    playInOwnCompany(url, directUrl, keep, signal, terminal),
  );
}

async function playOnOwnServer(terminal: Terminal): Promise<Played> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-demo-'));
  try {
    const settings: Settings = readSettings({
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_LEVEL: 'silent',
      DOCS: 'false',
    });
    return await withDatabase(settings, async ({ url, directUrl }, { signal }) => {
      // Imported here, since the other commands need no server and start faster without it.
      const { startDemoServer } = await import('./demo-server.js');
      const server = await startDemoServer(settings, url);
      try {
        return await playInOwnCompany(`${server.origin}${MOUNT}`, directUrl, false, signal, terminal);
      } finally {
        await server.close();
      }
    });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function playWithToken(
  base: string,
  token: string,
  keep: boolean,
  terminal: Terminal,
): Promise<Played> {
  const interruption = new Interruption();
  try {
    const target = { base, token, clear: !keep, interruption: interruption.signal };
    return { company: null, kept: keep, report: await playDemo(target, progressFor(terminal)) };
  } finally {
    interruption.release();
  }
}

/** Plays the demonstration in a new company, and deletes the company afterwards unless `keep` is set. */
async function playInOwnCompany(
  base: string,
  directUrl: string,
  keep: boolean,
  interruption: AbortSignal,
  terminal: Terminal,
): Promise<Played> {
  const administration = await CompanyAdministration.open(directUrl);
  try {
    interruption.throwIfAborted();
    const company = `demo-${randomBytes(5).toString('hex')}`;
    await administration.createCompany(company, 'Demonstration');
    try {
      const { secret } = await administration.issueToken(company, {
        name: 'demo',
        dialect: 'lenient',
        scopes: ['scim:read', 'scim:write'],
        expires: new Date(Date.now() + TOKEN_LIFETIME_MS),
      });
      const target = { base, token: secret, clear: false, interruption };
      return { company, kept: keep, report: await playDemo(target, progressFor(terminal)) };
    } finally {
      if (!keep) await administration.deleteCompany(company);
    }
  } finally {
    await administration.close();
  }
}

const progressFor = ({ interactive }: Terminal) => (interactive ? makeProgressBar() : SILENT_PROGRESS);
