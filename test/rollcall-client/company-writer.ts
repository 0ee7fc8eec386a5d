import { send } from '../support/process.js';
import { GROUP_SCHEMA_URN, PATCH_URN, USER_SCHEMA_URN } from '../support/schema-urns.js';

const MOST_USERS = 30;
const MOST_GROUPS = 6;

/** Somebody who changes a company all the time, and goes on where the service is away. What he has done is not known. */
export class CompanyWriter {
  written = 0;
  private made = 0;
  private users: string[] = [];
  private groups: string[] = [];

  constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  async write(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await this.change();
        this.written += 1;
      } catch {
        // The service is away.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  private async change(): Promise<void> {
    const turn = this.made++;
    const [user, group] = [this.users[turn % this.users.length], this.groups[turn % this.groups.length]];
    if (turn % 11 === 0 || user === undefined) return this.createUser(`user-${turn}`, turn % 3 !== 0);
    if (turn % 17 === 0 || group === undefined) return this.createGroup(`group-${turn}`, [user]);
    if (turn % 13 === 0) return this.patch(`/Users/${user}`, 'active', turn % 2 === 0);
    if (turn % 19 === 0) return this.patch(`/Groups/${group}`, 'displayName', `renamed-${turn}`);
    if (turn % 23 === 0) return this.add(group, this.groups[0]!);
    if (this.users.length > MOST_USERS) return this.delete('/Users', this.users);
    if (this.groups.length > MOST_GROUPS) return this.delete('/Groups', this.groups);
    if (turn % 2 === 0) return this.remove(group, user);
    return this.add(group, user);
  }

  private async createUser(userName: string, active: boolean): Promise<void> {
    this.users.push(await this.create('/Users', { schemas: [USER_SCHEMA_URN], userName, active }));
  }

  private async createGroup(displayName: string, members: readonly string[]): Promise<void> {
    const body = { schemas: [GROUP_SCHEMA_URN], displayName, members: members.map((value) => ({ value })) };
    this.groups.push(await this.create('/Groups', body));
  }

  private async create(path: string, body: object): Promise<string> {
    return ((await this.send('POST', path, body)) as { id: string }).id;
  }

  private async patch(path: string, attribute: string, value: unknown): Promise<void> {
    await this.operate(path, { op: 'replace', path: attribute, value });
  }

  private async add(group: string, member: string): Promise<void> {
    await this.operate(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: member }] });
  }

  private async remove(group: string, member: string): Promise<void> {
    await this.operate(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${member}"]` });
  }

  private async operate(path: string, operation: object): Promise<void> {
    await this.send('PATCH', path, { schemas: [PATCH_URN], Operations: [operation] });
  }

  private async delete(path: string, ids: string[]): Promise<void> {
    await this.send('DELETE', `${path}/${ids.shift()}`);
  }

  private async send(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await send(this.base, this.token, method, path, body);
    const text = await answer.text();
    if (answer.status >= 500) throw new Error(text);
    return text === '' ? undefined : JSON.parse(text);
  }
}
