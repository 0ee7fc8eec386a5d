import { startTestApplication, type TestApplication } from '../support/application.js';
import { insertUsers } from '../support/insert-resources.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';

let service: TestApplication;

beforeAll(async () => {
  service = await startTestApplication();
});
afterAll(() => service.close());

const OFF = { percent: 100, min: 1_000_000 };

const setActive = (client: ScimClient, id: string, value: boolean): Promise<ScimAnswer> =>
  client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value }]);

/** Does all of the work, so many at a time. */
async function atOnce<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: most }, worker));
}

const inactive = async (client: ScimClient): Promise<number> =>
  Number((await client.get('/Users?filter=active%20eq%20false&count=0')).body.totalResults);

it('a replayed job of many writers, that unassigns 5,000 of 10,000 users, is held at the limit', async () => {
  const company = await service.company();
  const client = await company.client();
  const users = await insertUsers(service.database, company.slug, 10_000);
  await service.guard.setGuard(company.slug, { mode: 'hold', users: { percent: 4 } });
  const statuses = new Map<number, number>();
  let refused = 0;
  await atOnce(users.slice(0, 5000), 10, async (id) => {
    // What comes behind a hundred refusals would be refused too.
    if (refused > 100) return;
    const { status } = await setActive(client, id, false);
    if (status === 429) refused += 1;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  expect(statuses.get(200)).toBe(400);
  expect(await inactive(client)).toBe(400);
  expect((await service.guard.showGuard(company.slug)).held).toMatchObject({
    rule: { kind: 'users', removed: 401, of: 10_000 },
    removals: refused,
  });
}, 180_000);

it('writers of different groups don’t exceed the limit together', async () => {
  const company = await service.company();
  const client = await company.client();
  const users = await insertUsers(service.database, company.slug, 20);
  const members = users.map((value) => ({ value }));
  const groups = await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      client.post('/Groups', { displayName: `group ${index}`, members }),
    ),
  );
  await service.guard.setGuard(company.slug, { mode: 'hold', group: OFF });
  // 480 memberships: 96 are a fifth, and 100 are the least that is judged.
  const answers = await Promise.all(
    groups.map(({ body }) =>
      client.put(`/Groups/${body.id}`, { displayName: String(body.displayName), members: members.slice(9) }),
    ),
  );
  const done = answers.filter(({ status }) => status === 200).length;
  expect(done).toBe(Math.floor(99 / 9));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(24 - done);
});

/** What an identity provider has to do for one person. */
interface Task {
  readonly kind: 'add' | 'remove';
  readonly send: () => Promise<ScimAnswer>;
}

/** A client, with a clock of its own. */
interface Job {
  /** Works on the tasks, and returns those that failed, to be sent again in the next cycle. */
  run(tasks: readonly Task[], passes: (seconds: number) => Promise<void>): Promise<readonly Task[]>;
}

/** Entra ID as some see it: it goes on with the next person whatever is answered. */
const ignoring: Job = {
  async run(tasks) {
    const failed: Task[] = [];
    for (const task of tasks) if ((await task.send()).status === 429) failed.push(task);
    return failed;
  },
};

/** Okta: a 429 makes it wait, twice as long each time; after ten tries it gives the task up. */
const pausing: Job = {
  async run(tasks, passes) {
    const failed: Task[] = [];
    for (const task of tasks) {
      for (let tries = 0; ; tries++) {
        const { status, headers } = await task.send();
        if (status !== 429) break;
        if (tries === 9) {
          failed.push(task);
          break;
        }
        await passes(Number(headers['retry-after']) * 2 ** tries);
      }
    }
    return failed;
  },
};

/** Entra ID, with its quarantine: it stops where more than 40 % have failed, from a number on that is 5,000 there. */
const QUARANTINE = 10;
const escrowing: Job = {
  async run(tasks) {
    const failed: Task[] = [];
    for (const [index, task] of tasks.entries()) {
      if ((await task.send()).status === 429) failed.push(task);
      if (failed.length >= QUARANTINE && failed.length > 0.4 * (index + 1)) {
        return [...failed, ...tasks.slice(index + 1)];
      }
    }
    return failed;
  },
};

const HOUR = 3600;

describe.each([
  ['ignores Retry-After', ignoring, { addsWhileHeld: 20 }],
  ['pauses its job for Retry-After', pausing, { addsWhileHeld: 0 }],
  ['counts failures, and stops', escrowing, { addsWhileHeld: 8 }],
])('a client that %s', (_, job, { addsWhileHeld }) => {
  it('removes nothing while it is held, and the same in the end', async () => {
    const company = await service.company();
    const client = await company.client();
    const users = await insertUsers(service.database, company.slug, 50);
    await service.guard.setGuard(company.slug, { mode: 'hold', users: { percent: 10, min: 3 } });
    // Every second task is a new user; five removals are a tenth.
    const tasks = users
      .slice(0, 30)
      .flatMap((id, index): Task[] => [
        { kind: 'remove', send: () => setActive(client, id, false) },
        ...(index < 25
          ? [{ kind: 'add' as const, send: () => client.post('/Users', { userName: `new ${index}` }) }]
          : []),
      ]);
    let clock = 0;
    let heldAt: { readonly inactive: number; readonly users: number } | undefined;
    const count = async (): Promise<{ inactive: number; users: number }> => ({
      inactive: await inactive(client),
      users: Number((await client.get('/Users?count=0')).body.totalResults),
    });
    // Somebody looks two hours after the hold, and lets through what is meant.
    const passes = async (seconds: number): Promise<void> => {
      heldAt ??= await count();
      clock += seconds;
      if (clock < 2 * HOUR || (await service.guard.showGuard(company.slug)).held === null) return;
      expect(await count()).toEqual(heldAt);
      await service.guard.liftGuard(company.slug, 240);
    };
    let left = await job.run(tasks, passes);
    const { held } = await service.guard.showGuard(company.slug);
    if (job !== pausing) {
      expect(held).not.toBeNull();
      // Of 55 users at the moment, five and a half are a tenth.
      const atEnd = await count();
      expect([5, 6, 7]).toContain(atEnd.inactive);
      expect(atEnd.users - 50).toBeGreaterThanOrEqual(addsWhileHeld);
      const again = await job.run(left, passes);
      expect((await count()).inactive).toBe(atEnd.inactive);
      await service.guard.liftGuard(company.slug, 240);
      left = await job.run(again, passes);
    } else expect(clock).toBeGreaterThanOrEqual(2 * HOUR);
    expect(left).toEqual([]);
    expect(await count()).toEqual({ inactive: 30, users: 75 });
  }, 180_000);
});
