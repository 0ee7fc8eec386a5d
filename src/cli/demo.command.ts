import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { type Settings } from '../config/settings.js';
import { type Administration } from '../administration/administration.js';
import { localOrigin } from '../administration/local-origin.js';
import { type Activity } from '../administration/journal/activity.js';
import { type DemoOperator } from '../demo/bad-sync.js';
import { type DemoReport, IDENTITY_PROVIDERS, playDemo } from '../demo/demo.js';
import { makeProgressBar, SILENT_PROGRESS } from '../demo/progress.js';
import { tellStory } from './activity-text.js';
import { describeDemo } from './demo-report.js';
import { withExamples } from './examples.js';
import { Interruption } from './interruption.js';
import { type OutputOptions } from './output-options.js';
import { withDatabase } from './session.js';
import { printJson, type Terminal } from './terminal.js';

const MOUNT = '/standard/scim/v2';
const TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000;

interface DemoOptions extends OutputOptions {
  readonly url?: string;
  readonly token?: string;
  readonly keep?: true;
}

interface Played {
  readonly company: string | null;
  readonly kept: boolean;
  readonly report: DemoReport;
  /** What the company's journal tells of it, a sentence each; null where it can't be read. */
  readonly story: readonly string[] | null;
}

/**
 * Adds `demo`.
 *
 * @param onDifference called if an answer of the server was not what a client needs
 */
export function addDemoCommand(program: Command, terminal: Terminal, onDifference: () => void): void {
  withExamples(
    program.command('demo'),
    'demo',
    'demo --url http://localhost:3000',
    'demo --url https://scim.example.com --token "$TOKEN"',
  )
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
      terminal.out(options.json ? printJson(played) : describeDemo(terminal, played));
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
    playInOwnCompany({ base: url, directUrl, settings, keep, interruption: signal }, terminal),
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
    return await withDatabase(settings, async ({ serviceUrl, directUrl }, { signal }) => {
      // Imported here, since the other commands need no server and start faster without it.
      const { withSecretKey } = await import('../persistence/settings/with-secret-key.js');
      const { startDemoServer } = await import('./demo-server.js');
      const server = await startDemoServer(await withSecretKey(settings, directUrl), await serviceUrl());
      try {
        const place = { base: `${server.origin}${MOUNT}`, directUrl, settings, keep: false };
        return await playInOwnCompany({ ...place, interruption: signal }, terminal);
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
    const target = { base, origin: originOf(base), token, clear: !keep, interruption: interruption.signal };
    const report = await playDemo(target, progressFor(terminal));
    return { company: null, kept: keep, report, story: null };
  } finally {
    interruption.release();
  }
}

/** Where a company is made for the demonstration. */
interface OwnCompany {
  /** The SCIM base URL. */
  readonly base: string;
  /** URL of the database for its owner. */
  readonly directUrl: string;
  readonly settings: Settings;
  /** Whether the company stays. */
  readonly keep: boolean;
  readonly interruption: AbortSignal;
}

/** Plays the demonstration in a new company, and deletes the company afterwards unless `keep` is set. */
async function playInOwnCompany(
  { base, directUrl, settings, keep, interruption }: OwnCompany,
  terminal: Terminal,
): Promise<Played> {
  const { Administration } = await import('../administration/administration.js');
  const administration = await Administration.open(directUrl, localOrigin('command line'));
  try {
    interruption.throwIfAborted();
    const company = `demo-${randomBytes(5).toString('hex')}`;
    await administration.companies.createCompany(company, 'Demonstration');
    try {
      const token = (name: string): Promise<string> => issueToken(administration, company, name);
      const tokens: Record<string, string> = {};
      for (const name of IDENTITY_PROVIDERS) tokens[name] = await token(name);
      const operator = operatorOf(administration, company, settings);
      const place = { base, origin: originOf(base), clear: false, interruption };
      const target = { ...place, token: await token('demo'), tokens, operator };
      const report = await playDemo(target, progressFor(terminal));
      return { company, kept: keep, report, story: await readStory(administration, company) };
    } finally {
      if (!keep) {
        await administration.lifecycle.deleteCompany(company, 0);
        await administration.purge.purgeCompany(company);
      }
    }
  } finally {
    await administration.close();
  }
}

const originOf = (base: string): string => base.slice(0, -MOUNT.length);

const operatorOf = (
  { guard, activity, restores }: Administration,
  company: string,
  settings: Settings,
): DemoOperator => ({
  company,
  holdRemovals: async () => {
    await guard.setGuard(company, { mode: 'hold' });
  },
  lastChange: async () => {
    const { items } = await activity.list(company, {}, { count: 1 });
    return new Date(items[0]?.at ?? Date.now());
  },
  restore: async (at) => {
    const report = await restores.restore(company, { at, scope: 'all', dryRun: false }, settings);
    return { users: report.users.restored, memberships: report.memberships.added };
  },
});

async function issueToken({ tokens }: Administration, company: string, name: string): Promise<string> {
  const { secret } = await tokens.issueToken(company, {
    name,
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: new Date(Date.now() + TOKEN_LIFETIME_MS),
  });
  return secret;
}

async function readStory({ activity }: Administration, company: string): Promise<readonly string[]> {
  const entries: Activity[] = [];
  const filter = { exceptUnchanged: true };
  for await (const batch of activity.export(company, filter, { members: false })) entries.push(...batch);
  return tellStory(entries);
}

const progressFor = ({ interactive }: Terminal) => (interactive ? makeProgressBar() : SILENT_PROGRESS);
