import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type StressedServer } from './stressed-server.js';

export type BystanderOrder = 'begin' | 'end';

/** One small request of the bystander. */
export interface Sample {
  readonly begun: number;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly milliseconds: number;
}

/** What a company that does nothing unusual noticed. */
export interface Experience {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Requests that were not answered 2xx. */
  readonly failures: number;
  readonly requests: number;
}

const BYSTANDER = 'bystander';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** A company in a process of its own that reads a user ten times a second, and changes him now and then. */
export class Bystander {
  private constructor(private readonly child: ChildProcess) {}

  static async start(server: StressedServer): Promise<Bystander> {
    const made = await server.send(BYSTANDER, {
      method: 'POST',
      path: 'Users',
      body: JSON.stringify({ schemas: [USER], userName: 'bystander' }),
    });
    const { id } = JSON.parse(made.body) as { id: string };
    const file = fileURLToPath(new URL('./bystander.process.js', import.meta.url));
    const { port, tokens } = server.started;
    const child = fork(file, [String(port), tokens[BYSTANDER] ?? '', id]);
    await once(child, 'message');
    return new Bystander(child);
  }

  /** What it notices while something goes on. */
  async during(work: () => Promise<unknown>): Promise<Experience> {
    this.child.send('begin' satisfies BystanderOrder);
    await work();
    this.child.send('end' satisfies BystanderOrder);
    const [samples] = (await once(this.child, 'message')) as [Sample[]];
    const sorted = samples.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
    const at = (part: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
    const failures = samples.filter(({ status }) => status < 200 || status > 299).length;
    return { p50: at(0.5), p99: at(0.99), max: at(1), failures, requests: samples.length };
  }

  stop(): void {
    this.child.disconnect();
  }
}
