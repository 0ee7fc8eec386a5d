import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { query } from '../crash/query.js';
import { signalWithChildren, startProcess, unprivileged, type Running } from '../support/process.js';
import { fillIn, makeOpenFolder, readEnvironment } from './deployment-files.js';
import { findPrograms } from './programs.js';

/** How long the cluster may take to come to a state. */
const WAIT_LIMIT_MS = 180_000;
const POLL_MS = 100;
const NODES = ['node1', 'node2'] as const;
export type NodeName = (typeof NODES)[number];
/** Last parts of the nodes' addresses in the files. */
const HOSTS: Readonly<Record<NodeName, number>> = { node1: 11, node2: 12 };
const PASSWORD = 'p'.repeat(24);

interface Member {
  readonly name: NodeName;
  readonly role: string;
  readonly state: string;
}

interface Node {
  readonly folder: string;
  readonly configuration: string;
  readonly environment: Record<string, string>;
  patroni: Running;
}

/**
 * Two nodes of PostgreSQL with Patroni, etcd, HAProxy and pgbouncer, by the files of deploy/ha, on addresses of loopback
 * that nobody else uses. `endProcesses` stops them and removes their folders.
 */
export class HaCluster {
  private readonly programs = findPrograms();
  private readonly folder = makeOpenFolder();
  /** The first three parts of its addresses. */
  private readonly network = `127.${randomByte()}.${randomByte()}.`;
  private readonly nodes = new Map<NodeName, Node>();

  private constructor() {}

  /** Starts all, and makes the database with its owner as the guide has it. */
  static async start(): Promise<HaCluster> {
    const cluster = new HaCluster();
    cluster.startEtcd();
    for (const name of NODES) {
      cluster.startNode(name);
      await cluster.until(`${name} runs`, (members) =>
        members.some((member) => member.name === name && isUp(member)),
      );
    }
    cluster.startHaproxy();
    await cluster.untilComplete();
    await cluster.makeDatabase();
    return cluster;
  }

  /** How long Patroni waits for a silent primary, in seconds. */
  get ttl(): number {
    return Number(/^ +ttl: (\d+)$/m.exec(readFileSync('deploy/ha/patroni.yml', 'utf8'))?.[1]);
  }

  /** Through HAProxy to the node that takes writes. */
  urlOf(user: 'rollcall' | 'postgres', database: 'rollcall' | 'postgres' = 'rollcall'): string {
    return this.url(user, 5000, database);
  }

  /** To both nodes, without anything between. */
  get urlOfBoth(): string {
    const nodes = NODES.map((name) => `${this.network}${HOSTS[name]}:5432`);
    return `postgres://rollcall:${PASSWORD}@${nodes.join(',')}/rollcall`;
  }

  /** Through pgbouncer, and HAProxy behind it. */
  get pooledUrl(): string {
    return this.url('rollcall', 6432, 'rollcall');
  }

  async startPooler(): Promise<void> {
    const users = join(this.folder, 'userlist.txt');
    writeFileSync(users, `"rollcall" "${PASSWORD}"\n`, { mode: 0o644 });
    const file = fillIn('pgbouncer.ini', this.folder, {
      '127.0.0.1': `${this.network}1`,
      '/etc/pgbouncer/userlist.txt': users,
    });
    const identity = unprivileged();
    startProcess([this.programs.pgbouncer, file], { cwd: this.folder, ...(identity && { identity }) });
    await untilTrue('pgbouncer answers', () => answers(this.pooledUrl));
  }

  /** The node that takes writes, and the one that a commit waits for. */
  async roles(): Promise<{ readonly primary: NodeName; readonly synchronous: NodeName }> {
    const members = await this.members();
    const named = (role: string): NodeName | undefined =>
      members.find((member) => member.role === role)?.name;
    const [primary, synchronous] = [named('leader'), named('sync_standby')];
    if (primary === undefined || synchronous === undefined)
      throw new Error(`The cluster is not complete: ${JSON.stringify(members)}`);
    return { primary, synchronous };
  }

  /** Kills Patroni and PostgreSQL of a node, as if its machine were gone. */
  kill(name: NodeName): void {
    this.signal(name, 'SIGKILL');
  }

  /** Stops the processes of a node where they are, as if its machine had lost the network: nobody is told of it. */
  freeze(name: NodeName): void {
    this.signal(name, 'SIGSTOP');
  }

  /** Lets a node go on that was frozen. */
  thaw(name: NodeName): void {
    this.signal(name, 'SIGCONT');
  }

  /** Starts Patroni again where it was killed, as its supervisor does, and waits until there are two nodes again. */
  async heal(): Promise<void> {
    for (const [name, { patroni }] of this.nodes)
      if (patroni.child.exitCode !== null || patroni.child.signalCode !== null) this.startPatroni(name);
    await this.untilComplete();
  }

  /** Lets the standby become the primary, in good order. */
  async switchOver(): Promise<void> {
    const { primary, synchronous } = await this.roles();
    const { configuration, environment } = this.nodes.get(primary)!;
    await promisify(execFile)(
      this.programs.patronictl,
      ['-c', configuration, 'switchover', '--leader', primary, '--candidate', synchronous, '--force'],
      { env: { ...environment, PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } },
    );
    await this.untilPrimary(synchronous);
  }

  untilPrimary(name: NodeName): Promise<void> {
    return this.until(`${name} takes writes`, (members) =>
      members.some((member) => member.name === name && member.role === 'leader' && isUp(member)),
    );
  }

  /** Until no commit waits for a standby. */
  untilAlone(): Promise<void> {
    return this.until('no standby is waited for', (members) =>
      members.every(({ role }) => role !== 'sync_standby'),
    );
  }

  /** Until there are a primary and a standby that commits wait for. */
  untilComplete(): Promise<void> {
    return this.until('a primary and a synchronous standby', (members) =>
      ['leader', 'sync_standby'].every((role) =>
        members.some((member) => member.role === role && isUp(member)),
      ),
    );
  }

  /** What Patroni of all nodes has said, for whoever looks for the cause of a failure. */
  log(): string {
    return [...this.nodes]
      .map(([name, { patroni }]) => `${name}:\n${patroni.out()}${patroni.error()}`)
      .join('\n');
  }

  /** To Patroni first, which would otherwise see what becomes of PostgreSQL. */
  private signal(name: NodeName, signal: NodeJS.Signals): void {
    const { patroni, folder } = this.nodes.get(name)!;
    const postmaster = Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    signalWithChildren(patroni.child.pid!, signal);
    signalWithChildren(postmaster, signal);
  }

  private url(user: string, port: number, database: string): string {
    return `postgres://${user}:${PASSWORD}@${this.network}1:${port}/${database}`;
  }

  private startEtcd(): void {
    const folder = makeOpenFolder(join(this.folder, 'etcd'));
    const file = fillIn('etcd.env', folder, {
      '10.0.0.': this.network,
      '/var/lib/etcd/rollcall': join(folder, 'member'),
    });
    const environment = readEnvironment(file);
    // One of the three members, on the address of the first.
    const [first = ''] = environment['ETCD_INITIAL_CLUSTER']!.split(',');
    this.run([this.programs.etcd], folder, { ...environment, ETCD_INITIAL_CLUSTER: first });
  }

  private startNode(name: NodeName): void {
    const folder = makeOpenFolder();
    const addresses = { '10.0.0.0/24': '127.0.0.0/8', '10.0.0.': this.network };
    const configuration = fillIn('patroni.yml', folder, {
      ...addresses,
      [`[${this.network}11:2379, ${this.network}12:2379, ${this.network}13:2379]`]: `[${this.network}11:2379]`,
      '/var/lib/postgresql/rollcall.pgpass': join(folder, 'pgpass'),
      '/var/lib/postgresql/rollcall': join(folder, 'data'),
      '/usr/lib/postgresql/15/bin': this.programs.postgres,
      '/var/run/postgresql': folder,
    });
    const file = fillIn('node.env', folder, {
      '10.0.0.11': `${this.network}${HOSTS[name]}`,
      'PATRONI_NAME=node1': `PATRONI_NAME=${name}`,
      'CHANGE-ME': PASSWORD,
    });
    this.nodes.set(name, { folder, configuration, environment: readEnvironment(file), patroni: undefined! });
    this.startPatroni(name);
  }

  private startPatroni(name: NodeName): void {
    const node = this.nodes.get(name)!;
    node.patroni = this.run([this.programs.patroni, node.configuration], node.folder, node.environment);
  }

  private startHaproxy(): void {
    const file = fillIn('haproxy.cfg', this.folder, {
      '10.0.0.': this.network,
      '127.0.0.1': `${this.network}1`,
    });
    this.run([this.programs.haproxy, '-db', '-f', file], this.folder, {});
  }

  private run(
    command: readonly [string, ...string[]],
    folder: string,
    environment: Readonly<Record<string, string>>,
  ): Running {
    const identity = unprivileged();
    return startProcess(command, {
      cwd: folder,
      env: { HOME: folder, LC_ALL: 'C.UTF-8', ...environment },
      ...(identity && { identity }),
    });
  }

  private async makeDatabase(): Promise<void> {
    const url = this.urlOf('postgres', 'postgres');
    await untilTrue('HAProxy leads to the primary', () => answers(url));
    await query(url, `CREATE ROLE rollcall LOGIN CREATEROLE PASSWORD '${PASSWORD}'`);
    await query(url, `CREATE DATABASE rollcall OWNER rollcall ENCODING 'UTF8' TEMPLATE template0`);
  }

  /** As a Patroni that answers sees them; none where none does. */
  private async members(): Promise<readonly Member[]> {
    for (const name of this.nodes.keys()) {
      try {
        const answer = await fetch(`http://${this.network}${HOSTS[name]}:8008/cluster`, {
          signal: AbortSignal.timeout(2000),
        });
        return ((await answer.json()) as { members?: readonly Member[] }).members ?? [];
      } catch {
        // The next one may.
      }
    }
    return [];
  }

  private async until(what: string, holds: (members: readonly Member[]) => boolean): Promise<void> {
    try {
      await untilTrue(what, async () => holds(await this.members()));
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.log().slice(-4000)}`, { cause: error });
    }
  }
}

const randomByte = (): number => 1 + Math.floor(Math.random() * 250);

/** A standby is `streaming` for Patroni 3.1 and later, and `running` before. */
const isUp = ({ state }: Member): boolean => ['running', 'streaming'].includes(state);

const answers = (url: string): Promise<boolean> =>
  query(url, 'SELECT 1').then(
    () => true,
    () => false,
  );

async function untilTrue(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + WAIT_LIMIT_MS; !(await holds()); await sleep(POLL_MS))
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
}
