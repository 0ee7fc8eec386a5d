import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../test/support/process.js';

const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;
const POLL_MS = 5;
const ATTEMPTS = 3;

/** What is started as a server. */
export interface ServerCommand {
  readonly name: string;
  readonly file: string;
  readonly args?: readonly string[];
  /** Besides PATH and PORT. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Where it says that it is ready. */
  readonly readyPath: string;
  /** Where its output goes. */
  readonly log: string;
}

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A server in a process of its own, which ends with this process. */
export class ServerProcess {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    readonly port: number,
    /** From the start of the process to its first answer that it is ready, in milliseconds. */
    readonly startUp: number,
  ) {}

  /**
   * Starts it once more where it fails: its port may have been taken, and a busy machine may keep it waiting.
   *
   * @throws Error where the server ends or is not ready in time
   */
  static async start(command: ServerCommand): Promise<ServerProcess> {
    for (let left = ATTEMPTS - 1; ; left -= 1) {
      try {
        return await ServerProcess.startOnce(command);
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  private static async startOnce(command: ServerCommand): Promise<ServerProcess> {
    const port = await findFreePort();
    const log = openSync(command.log, 'a');
    const begin = performance.now();
    const child = spawn(process.execPath, [...(command.args ?? []), command.file], {
      env: { PATH: process.env['PATH'], PORT: String(port), HOST: '127.0.0.1', ...command.environment },
      cwd: command.folder,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.add(child);
    child.once('exit', () => running.delete(child));
    while (!(await isReady(port, command.readyPath))) {
      if (!running.has(child) || performance.now() - begin > READY_LIMIT_MS) {
        child.kill('SIGKILL');
        const passed = Math.round(performance.now() - begin);
        throw new Error(
          `${command.name} is not ready after ${passed} ms: ${readFileSync(command.log, 'utf8').slice(-2000)}`,
        );
      }
      await sleep(POLL_MS);
    }
    return new ServerProcess(command.name, child, port, performance.now() - begin);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** @throws Error where it had ended by itself, or had to be killed */
  async stop(): Promise<void> {
    if (!running.has(this.child)) throw new Error(`${this.name} has ended by itself`);
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    clearTimeout(late);
    if (signal === 'SIGKILL') throw new Error(`${this.name} did not stop`);
  }
}

function isReady(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, path, agent: false });
    outgoing.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    outgoing.on('error', () => resolve(false));
    outgoing.end();
  });
}
