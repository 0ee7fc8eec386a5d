import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A group whose members are changed, some with each request. */
export interface ChangedGroup {
  readonly token: string;
  readonly group: string;
  readonly users: readonly string[];
}

/** What is to be written. */
export interface Writing {
  readonly port: number;
  readonly groups: readonly ChangedGroup[];
  /** How many members a request adds, or takes out: a divisor of the number of users. */
  readonly members: number;
  /** Requests a second for each group; without it each follows the answer to the one before, a few at a time. */
  readonly perSecond?: number;
  readonly milliseconds: number;
}

/** How many writes were acknowledged, and how many were not. */
export interface Written {
  readonly acknowledged: number;
  readonly failed: number;
}

const TICK_MS = 10;
const SENDERS = 8;
/** How many writes wait for their answers at most: what would be sent beyond is not sent. */
const MOST_WAITING = 200;
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const agent = new Agent({ keepAlive: true });

/** Adds all users in turn, so many with each request, and then takes them out. */
function bodyOf(users: readonly string[], members: number, turn: number): string {
  const start = (turn * members) % users.length;
  const values = users.slice(start, start + members);
  const isAdded = Math.floor((turn * members) / users.length) % 2 === 0;
  const operation = isAdded
    ? { op: 'add', path: 'members', value: values.map((value) => ({ value })) }
    : { op: 'remove', path: `members[${values.map((value) => `value eq "${value}"`).join(' or ')}]` };
  return JSON.stringify({ schemas: [PATCH], Operations: [operation] });
}

function send(
  { port, members }: Writing,
  { token, group, users }: ChangedGroup,
  turn: number,
): Promise<number> {
  const body = bodyOf(users, members, turn);
  return new Promise((resolve) => {
    const outgoing = request({
      ...{ host: '127.0.0.1', port, path: `/standard/scim/v2/Groups/${group}`, method: 'PATCH', agent },
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/scim+json',
        'Content-Length': Buffer.byteLength(body),
      },
    });
    outgoing.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)));
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
}

async function write(writing: Writing): Promise<Written> {
  const { groups, perSecond, milliseconds } = writing;
  const turns = groups.map(() => 0);
  const statuses: number[] = [];
  let waiting = 0;
  const sendNext = async (index: number): Promise<void> => {
    const turn = (turns[index] ?? 0) + 1;
    turns[index] = turn;
    waiting += 1;
    statuses.push(await send(writing, groups[index]!, turn - 1));
    waiting -= 1;
  };
  const begun = performance.now();
  const sent: Promise<void>[] = [];
  if (perSecond === undefined) {
    let next = 0;
    const sender = async (): Promise<void> => {
      while (performance.now() - begun < milliseconds) await sendNext((next += 1) % groups.length);
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
  } else {
    for (let passed = 0, due = 0; passed < milliseconds; passed = performance.now() - begun) {
      for (; due < (passed / 1000) * perSecond * groups.length; due += 1)
        if (waiting < MOST_WAITING) sent.push(sendNext(due % groups.length));
      await sleep(TICK_MS);
    }
    await Promise.all(sent);
  }
  const acknowledged = statuses.filter((status) => status < 300 && status > 0).length;
  return { acknowledged, failed: statuses.length - acknowledged };
}

process.once('message', (writing: Writing) => void write(writing).then((written) => process.send?.(written)));
process.once('disconnect', () => process.exit(0));
