import 'reflect-metadata';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { createApplication } from '../src/application.js';
import { readSettings } from '../src/config/read-settings.js';
import { createLogger } from '../src/logging/logger.js';
import { CompanyAdministration } from '../src/administration/company-administration.js';
import { openDatabase } from '../src/startup/database.js';
import { migrate } from '../src/persistence/database/migrate.js';

/** A company of a benchmark, with a client that has a token of it. */
export interface BenchCompany {
  /** The key of its rows. */
  readonly id: string;
  readonly client: BenchClient;
}

/** What a benchmark works on. */
export interface BenchService {
  company(slug: string): Promise<BenchCompany>;
  /** Runs SQL as the service's role for a company, to fill tables faster than requests could. */
  fill(company: BenchCompany, ...statements: readonly string[]): Promise<void>;
}

/** Runs `work` on a service of its own over an empty embedded PostgreSQL, and takes both away afterwards. */
export async function withService(work: (service: BenchService) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const settings = readSettings({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  const database = await openDatabase(settings);
  try {
    await migrate(database.directUrl);
    const app = await createApplication(settings, database.url, createLogger('silent'));
    const clients: BenchClient[] = [];
    try {
      await app.listen(0, '127.0.0.1');
      const { port } = app.getHttpServer().address() as AddressInfo;
      const open = (token: string): BenchClient => {
        const client = new BenchClient(`http://127.0.0.1:${port}/standard/scim/v2`, token);
        clients.push(client);
        return client;
      };
      await work({
        company: (slug) => makeCompany(database.directUrl, slug, open),
        fill: (company, ...statements) => fill(database.directUrl, company, statements),
      });
    } finally {
      for (const client of clients) client.close();
      await app.close();
    }
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeCompany(
  url: string,
  slug: string,
  open: (token: string) => BenchClient,
): Promise<BenchCompany> {
  const administration = await CompanyAdministration.open(url);
  await administration.createCompany(slug, slug);
  const { secret } = await administration.issueToken(slug, {
    name: slug,
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  });
  await administration.close();
  const database = await connect(url);
  const { rows } = await database.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [slug]);
  await database.end();
  return { id: rows[0]?.id ?? '', client: open(secret) };
}

async function fill(url: string, { id }: BenchCompany, statements: readonly string[]): Promise<void> {
  const database = await connect(url);
  await database.query(
    `SELECT set_config('role', 'rollcall_service', false), set_config('rollcall.company_id', $1, false)`,
    [id],
  );
  for (const statement of statements) await database.query(statement);
  await database.query('RESET ROLE');
  await database.query('VACUUM ANALYZE users, groups, memberships');
  await database.end();
}

async function connect(url: string): Promise<pg.Client> {
  const database = new pg.Client(url);
  await database.connect();
  return database;
}

export interface BenchAnswer {
  readonly body: string;
  readonly milliseconds: number;
}

/** Keeps its connections, as clients of a service do. */
export class BenchClient {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  /**
   * Sends a request and reads the answer whole.
   * @throws Error when the answer is not 2xx.
   */
  async send(method: string, path: string, body?: unknown): Promise<BenchAnswer> {
    const chunks: Buffer[] = [];
    const milliseconds = await this.exchange(method, path, body, (chunk) => chunks.push(chunk));
    return { body: Buffer.concat(chunks).toString(), milliseconds };
  }

  /** Reads an answer and keeps none of it. @returns Its size in bytes, and how long it took. */
  async drain(path: string): Promise<{ readonly bytes: number; readonly milliseconds: number }> {
    let bytes = 0;
    const milliseconds = await this.exchange('GET', path, undefined, ({ length }) => (bytes += length));
    return { bytes, milliseconds };
  }

  private async exchange(
    method: string,
    path: string,
    body: unknown,
    take: (chunk: Buffer) => void,
  ): Promise<number> {
    const begin = performance.now();
    const outgoing = request(`${this.base}${path}`, {
      method,
      agent: this.agent,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/scim+json' },
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = (await once(outgoing, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
    for await (const chunk of answer) take(chunk);
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode}`);
    return performance.now() - begin;
  }

  close(): void {
    this.agent.destroy();
  }
}
