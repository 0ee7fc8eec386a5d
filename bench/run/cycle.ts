import { type Client } from 'undici';
import { type Progress } from '../../src/demo/progress.js';
import { type BenchDatabase, createCompany } from '../database.js';
import { withClients } from '../load/closed-loop.js';
import { externalIdOf, groupResource, patchOf, userNameOf, userResource } from '../load/resources.js';
import { read } from './data.js';
import { type BenchServer, startFloor, startRollcall, startScimmy } from './world.js';

const CONNECTIONS = 16;
/** As Entra ID adds them. */
const MEMBERS_PER_REQUEST = 25;
const SIZES = {
  full: { users: 10_000, groups: 500, membersOfEach: 200, limit: 180_000 },
  quick: { users: 500, groups: 25, membersOfEach: 200, limit: 15_000 },
};
const NOTHING = { users: [], groups: [], largeGroups: [] };

/** How a server fared in the first cycle of Entra ID. */
export interface CycleFigures {
  readonly server: string;
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
  /** What was sent until all was there, or the time was over. */
  readonly requests: number;
  readonly seconds: number;
  readonly isWhole: boolean;
}

/** How many steps {@link compareFirstCycles} takes. */
export const CYCLE_STEPS = 3;

/** Lets each server take a company in, as Entra ID sends it: each resource is looked for, then made. */
export async function compareFirstCycles(
  database: BenchDatabase,
  quick: boolean,
  progress: Progress,
): Promise<readonly CycleFigures[]> {
  const figures: CycleFigures[] = [];
  const starts = [startRollcall, startFloor, (each: BenchDatabase) => startScimmy(each, NOTHING)];
  for (const [index, start] of starts.entries()) {
    const { token } = await createCompany(database.url, `cycle-${index}`);
    const server = await start(database);
    figures.push(await new Cycle(server, token, quick ? SIZES.quick : SIZES.full).run());
    await server.stop();
    progress.advance(server.name);
  }
  return figures;
}

/** One first cycle on an empty company. */
class Cycle {
  private readonly userIds: string[] = [];
  private readonly groupIds: string[] = [];
  private requests = 0;
  private readonly begin = performance.now();

  constructor(
    private readonly server: BenchServer,
    private readonly token: string,
    private readonly sizes: (typeof SIZES)['full'],
  ) {}

  async run(): Promise<CycleFigures> {
    const { users, groups, membersOfEach } = this.sizes;
    const patches = (groups * membersOfEach) / MEMBERS_PER_REQUEST;
    const isWhole = await withClients(
      this.server.port,
      CONNECTIONS,
      async (clients) =>
        (await this.each(clients, users, (client, n) => this.makeUser(client, n))) &&
        (await this.each(clients, groups, (client, n) => this.makeGroup(client, n))) &&
        (await this.each(clients, patches, (client, n) => this.addMembers(client, n))),
    );
    return {
      server: this.server.name,
      users,
      groups,
      memberships: groups * membersOfEach,
      requests: this.requests,
      seconds: this.passed() / 1000,
      isWhole,
    };
  }

  private readonly passed = (): number => performance.now() - this.begin;

  /** Does `count` things on all connections. @returns false where the time was over before */
  private async each(
    clients: readonly Client[],
    count: number,
    work: (client: Client, n: number) => Promise<void>,
  ): Promise<boolean> {
    let next = 0;
    const isLate = (): boolean => this.passed() > this.sizes.limit;
    await Promise.all(
      clients.map(async (client) => {
        while (next < count && !isLate()) await work(client, next++);
      }),
    );
    return next === count;
  }

  private async makeUser(client: Client, n: number): Promise<void> {
    await this.requireNone(client, 'Users', `userName eq "${userNameOf('cycle', n)}"`);
    this.userIds[n] = await this.make(client, '/Users', userResource('cycle', n));
  }

  private async makeGroup(client: Client, n: number): Promise<void> {
    const displayName = `Group ${n}`;
    await this.requireNone(
      client,
      'Groups',
      `displayName eq "${displayName}"`,
      '&excludedAttributes=members',
    );
    const { members: _, ...resource } = groupResource(displayName, []) as { members: unknown };
    this.groupIds[n] = await this.make(client, '/Groups', {
      ...resource,
      externalId: externalIdOf('group', n),
    });
  }

  /** Groups take turns, so that no two requests are about the same one. */
  private async addMembers(client: Client, n: number): Promise<void> {
    const group = n % this.groupIds.length;
    const first = group * 131 + Math.floor(n / this.groupIds.length) * MEMBERS_PER_REQUEST;
    const value = Array.from({ length: MEMBERS_PER_REQUEST }, (_, index) => ({
      value: this.userIds[(first + index) % this.userIds.length],
    }));
    const path = `/Groups/${this.groupIds[group]}`;
    await this.send(client, 'PATCH', path, patchOf({ op: 'add', path: 'members', value }));
  }

  private async requireNone(client: Client, type: string, filter: string, more = ''): Promise<void> {
    const path = `/${type}?filter=${encodeURIComponent(filter)}${more}`;
    const list = (await this.send(client, 'GET', path)) as { totalResults: number };
    if (list.totalResults !== 0) throw new Error(`${path}: ${list.totalResults} were found`);
  }

  private async make(client: Client, path: string, resource: object): Promise<string> {
    return ((await this.send(client, 'POST', path, JSON.stringify(resource))) as { id: string }).id;
  }

  private send(
    client: Client,
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: string,
  ): Promise<unknown> {
    this.requests += 1;
    return read(client, { method, path, token: this.token, ...(body !== undefined && { body }) });
  }
}
