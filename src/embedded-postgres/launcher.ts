import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programEnvironment } from '../config/program-environment.js';
import { StartupError } from '../config/startup-error.js';

const NOBODY = 65534;
const USER_NAMESPACE = ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`] as const;

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** The result of a program that has ended. */
export interface Outcome {
  readonly failed: boolean;
  /** The last line of its error output, or why it could not be started. */
  readonly complaint: string;
  readonly stderr: string;
}

/** Runs the programs of PostgreSQL. They refuse to run as root, so root runs them as another user. */
export class Launcher {
  private constructor(
    private readonly prefix: readonly string[],
    private readonly identity: Identity | undefined,
    private readonly cwd: string,
  ) {}

  /**
   * Chooses the user. Any user but root runs the programs itself. Root runs them as the owner of an existing cluster,
   * unless that is root; else in a user namespace; else as `nobody`.
   *
   * @param program a program that the user must be able to execute
   * @param dataDir an existing folder that the user must be able to enter
   * @param cluster the cluster's folder, which may not exist yet
   * @throws StartupError where root finds no such user
   */
  static choose(program: string, dataDir: string, cluster: string): Launcher {
    if (process.getuid?.() !== 0) {
      return new Launcher([], undefined, dataDir);
    }
    for (const candidate of Launcher.candidates(dataDir, cluster)) {
      if (candidate.reaches(program) && candidate.reaches(dataDir)) {
        return candidate;
      }
    }
    throw new StartupError(
      `PostgreSQL does not run as root, and user nobody can't reach ${dirname(program)} or ${dataDir}. ` +
        `Set DATA_DIR to a folder that others may enter, run as another user, or set DATABASE_URL.`,
    );
  }

  private static *candidates(dataDir: string, cluster: string): Generator<Launcher> {
    const owner = statSync(cluster, { throwIfNoEntry: false });
    if (owner !== undefined && owner.uid !== 0) {
      yield new Launcher([], { uid: owner.uid, gid: owner.gid }, dataDir);
      return;
    }
    yield new Launcher(['unshare', ...USER_NAMESPACE], undefined, dataDir);
    const folder = statSync(dataDir);
    if (folder.uid === 0 && (folder.mode & 0o001) === 0) {
      chmodSync(dataDir, folder.mode | 0o001);
    }
    yield new Launcher([], { uid: NOBODY, gid: NOBODY }, dataDir);
  }

  private reaches(path: string): boolean {
    return !this.run('test', ['-x', path]).failed;
  }

  /** Makes the user whom the programs run as the owner of a file, or of a folder and everything in it. */
  own(path: string): void {
    if (this.identity === undefined) {
      return;
    }
    chownSync(path, this.identity.uid, this.identity.gid);
    if (lstatSync(path).isDirectory()) {
      for (const name of readdirSync(path)) {
        this.own(join(path, name));
      }
    }
  }

  /** Runs a program and waits until it ends. */
  run(program: string, parameters: readonly string[], input = ''): Outcome {
    const [file, args] = this.commandLine(program, parameters);
    const done = spawnSync(file, args, { ...this.options(), input, encoding: 'utf8' });
    const stderr = done.stderr ?? '';
    const complaint = done.error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
    return { failed: done.status !== 0, complaint, stderr };
  }

  /**
   * Starts a program that goes on when this process ends.
   *
   * @param log file descriptor for the program's output
   */
  detach(program: string, parameters: readonly string[], log: number): ChildProcess {
    const [file, args] = this.commandLine(program, parameters);
    const child = spawn(file, args, { ...this.options(), detached: true, stdio: ['ignore', log, log] });
    child.unref();
    return child;
  }

  private commandLine(program: string, parameters: readonly string[]): [string, string[]] {
    const [file = program, ...rest] = [...this.prefix, program, ...parameters];
    return [file, rest];
  }

  private options(): { cwd: string; env: NodeJS.ProcessEnv; windowsHide: boolean } & Partial<Identity> {
    const env = { ...programEnvironment(), LC_ALL: 'C', TZ: 'UTC' };
    return { cwd: this.cwd, env, windowsHide: true, ...this.identity };
  }
}
