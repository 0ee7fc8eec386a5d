import { type Change, type ChangeMembers } from '../../src/feed/change.js';
import { type ChangesView } from '../../src/platform-api/changes/changes.dto.js';

/** A user or group as a mirror knows it. */
interface MirroredResource {
  readonly version: number;
  readonly displayName: string | undefined;
  readonly externalId: string | undefined;
}

/** What a mirror has of one company, and what the database has: texts that are equal where they are. */
export interface CompanyState {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly memberships: readonly string[];
}

/** A copy of companies that is kept by the feed alone. All that a process would have to store of it is in {@link saved}. */
export interface SavedMirror {
  position: string;
  readonly companies: Map<string, MirroredCompany>;
}

export class MirroredCompany {
  readonly users = new Map<string, MirroredResource>();
  readonly groups = new Map<string, MirroredResource>();
  /** Members by group. */
  readonly members = new Map<string, Set<string>>();

  state(): CompanyState {
    const listed = (resources: Map<string, MirroredResource>): string[] =>
      [...resources]
        .map(([id, { version, displayName, externalId }]) => [id, version, displayName, externalId].join(' '))
        .sort();
    const memberships = [...this.members].flatMap(([group, members]) =>
      [...members].map((member) => `${group} ${member}`),
    );
    return { users: listed(this.users), groups: listed(this.groups), memberships: memberships.sort() };
  }

  /** Takes a line of a snapshot. */
  load(line: Readonly<Record<string, string>>): void {
    const { type, id = '', group = '', value = '', displayName, externalId } = line;
    const resource = { version: Number(line['version']), displayName, externalId };
    if (type === 'user') this.users.set(id, resource);
    if (type === 'group') this.groups.set(id, resource);
    if (type === 'membership') this.membersOf(group).add(value);
  }

  /**
   * Takes a change. What is known already, since a snapshot had it or it is told again, changes nothing.
   *
   * @param whole reads all members of a change
   */
  async apply(
    change: Change,
    whole: (url: string) => Promise<Pick<ChangeMembers, 'added' | 'removed'>>,
  ): Promise<void> {
    const { resource, type, members } = change;
    if (resource === undefined) return;
    const { id, version, displayName, externalId } = resource;
    const resources = resource.type === 'User' ? this.users : this.groups;
    const known = resources.get(id)?.version ?? 0;
    if (/\.(deleted|erased)$/.test(type)) {
      if (known > version) return;
      resources.delete(id);
      this.members.delete(id);
      return;
    }
    if (version <= known) return;
    resources.set(id, { version, displayName, externalId });
    if (members === undefined) return;
    const { added, removed } = members.url === undefined ? members : await whole(members.url);
    for (const { value } of added) this.membersOf(id).add(value);
    for (const { value } of removed) this.membersOf(id).delete(value);
  }

  private membersOf(group: string): Set<string> {
    const known = this.members.get(group) ?? new Set();
    this.members.set(group, known);
    return known;
  }
}

/** A client of the feed, as the guide tells developers to write it. */
export class FeedMirror {
  /** @param base `http://127.0.0.1:3000/platform/v1` */
  constructor(
    private readonly base: string,
    private readonly credential: string,
    readonly saved: SavedMirror = { position: '', companies: new Map() },
  ) {}

  company(slug: string): MirroredCompany {
    const known = this.saved.companies.get(slug) ?? new MirroredCompany();
    this.saved.companies.set(slug, known);
    return known;
  }

  /** Begins with a snapshot of a company; the position is that of the first one. */
  async begin(slug: string): Promise<void> {
    const text = await (await this.ask(`${this.base}/companies/${slug}/snapshot`)).text();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
    if (lines.at(-1)?.['type'] !== 'end') throw new Error('a snapshot without an end');
    if (this.saved.position === '') this.saved.position = lines[0]?.['position'] ?? '';
    const company = this.company(slug);
    for (const line of lines) company.load(line);
  }

  /**
   * Reads what is behind the position, and takes it. Where it is interrupted, the position stays.
   *
   * @param wait seconds
   * @param onChange is told of each change when it is taken
   */
  async follow(
    wait: number,
    onChange: (change: Change) => void = () => undefined,
  ): Promise<{ more: boolean }> {
    const query = new URLSearchParams({ after: this.saved.position, wait: String(wait), limit: '1000' });
    const answer = await this.ask(`${this.base}/changes?${query.toString()}`);
    const { changes, next, more } = (await answer.json()) as ChangesView;
    for (const change of changes) {
      await this.company(change.company.slug).apply(change, (url) => this.readMembers(url));
      onChange(change);
    }
    this.saved.position = next;
    return { more };
  }

  private async readMembers(url: string): Promise<Pick<ChangeMembers, 'added' | 'removed'>> {
    const whole: Pick<ChangeMembers, 'added' | 'removed'> = { added: [], removed: [] };
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await this.ask(`${url}?count=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const page = (await answer.json()) as {
        items: { value: string; type: 'User'; change: 'added' | 'removed' }[];
      } & {
        next: string | null;
      };
      for (const member of page.items) whole[member.change].push(member);
      cursor = page.next;
    }
    return whole;
  }

  private async ask(url: string): Promise<Response> {
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${this.credential}` } });
    if (answer.status !== 200)
      throw new Error(`${url} was answered ${answer.status}: ${await answer.text()}`);
    return answer;
  }
}

/** What the database has of a company; `:company` stands for its slug. The rows are what {@link MirroredCompany.state} has. */
const STATE_QUERIES: Readonly<Record<keyof CompanyState, string>> = {
  users: `SELECT concat_ws(' ', format_resource_id(u.id), u.version, u.display, coalesce(u.external_id, '')) AS line
    FROM users u JOIN companies c ON c.id = u.company_id WHERE c.slug = $1`,
  groups: `SELECT concat_ws(' ', format_resource_id(g.id), g.version, g.display_name, coalesce(g.external_id, '')) AS line
    FROM groups g JOIN companies c ON c.id = g.company_id WHERE c.slug = $1`,
  memberships: `SELECT format_resource_id(m.group_id) || ' ' || format_resource_id(m.member_id) AS line
    FROM memberships m JOIN companies c ON c.id = m.company_id WHERE c.slug = $1`,
};

/** What the tables have of a company, read by somebody who sees all companies. */
export async function tableState(
  query: (text: string, values: string[]) => Promise<{ rows: { line: string }[] }>,
  slug: string,
): Promise<CompanyState> {
  const read = async (text: string): Promise<string[]> =>
    (await query(text, [slug])).rows.map(({ line }) => line).sort();
  return {
    users: await read(STATE_QUERIES.users),
    groups: await read(STATE_QUERIES.groups),
    memberships: await read(STATE_QUERIES.memberships),
  };
}
