import 'reflect-metadata';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createApplication } from '../src/application.js';
import { createLogger } from '../src/logging/logger.js';
import { withSecretKey } from '../src/persistence/settings/with-secret-key.js';
import { createCompany, fillCompany, vacuum, withDatabase } from './database.js';

/** A company of a benchmark, with a client that has a token of it. */
export interface BenchCompany {
  /** The key of its rows. */
  readonly id: string;
  readonly client: BenchClient;
}

/** What a benchmark works on. */
export interface BenchService {
  /** URL of the database for its owner. */
  readonly url: string;
  /** URL of the database for the service. */
  readonly serviceUrl: string;
  company(slug: string): Promise<BenchCompany>;
  /** Runs SQL as the service's role for a company, to fill tables faster than requests could. */
  fill(company: BenchCompany, ...statements: readonly string[]): Promise<void>;
}

/** Runs `work` on a service of its own over an empty embedded PostgreSQL, and takes both away afterwards. */
export async function withService(work: (service: BenchService) => Promise<void>): Promise<void> {
  await withDatabase(async ({ settings, url, serviceUrl }) => {
    const app = await createApplication(
      await withSecretKey(settings, url),
      serviceUrl,
      createLogger('silent'),
    );
    const clients: BenchClient[] = [];
    try {
      await app.listen(0, '127.0.0.1');
      const { port } = app.getHttpServer().address() as AddressInfo;
      await work({
        url,
        serviceUrl,
        company: async (slug) => {
          const { id, token } = await createCompany(url, slug);
          const client = new BenchClient(`http://127.0.0.1:${port}/standard/scim/v2`, token);
          clients.push(client);
          return { id, client };
        },
        fill: async (company, ...statements) => {
          await fillCompany(url, company, statements);
          await vacuum(url);
        },
      });
    } finally {
      for (const client of clients) client.close();
      await app.close();
    }
  });
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
