import { setTimeout as sleep } from 'node:timers/promises';
import { CompanyGate, fairLimits, type GateLimits } from './company-gate.js';

const gateOf = (connections: number, limits: Partial<GateLimits> = {}): CompanyGate =>
  new CompanyGate({ ...fairLimits(connections, 10_000), ...limits });

/** Lets whatever can happen happen. */
const settle = (): Promise<void> => sleep(5);

/** Requests of companies, and the order in which they were let in. */
class Requests {
  readonly entered: string[] = [];
  private readonly leaving = new Map<string, () => void>();

  constructor(private readonly gate: CompanyGate) {}

  /** A request of the company that the name begins with: `a1` is the first one of `a`. */
  async enter(name: string, signal?: AbortSignal): Promise<void> {
    this.leaving.set(name, await this.gate.enter(name.slice(0, 1), signal));
    this.entered.push(name);
  }

  /** The request may still be waiting when the test ends. */
  startEntering(name: string): void {
    this.enter(name).catch(() => undefined);
  }

  async leave(name: string): Promise<void> {
    this.leaving.get(name)?.();
    this.leaving.delete(name);
    await settle();
  }
}

it('lets a company have at most 40 % of the connections, and gives turns in the order they were asked for', async () => {
  const requests = new Requests(gateOf(5));
  const all = Promise.all(['a1', 'a2', 'a3', 'a4'].map((name) => requests.enter(name)));
  await settle();
  expect(requests.entered).toEqual(['a1', 'a2']);
  await requests.leave('a2');
  await requests.leave('a1');
  expect(requests.entered).toEqual(['a1', 'a2', 'a3', 'a4']);
  await all;
});

it('keeps half of the connections from busy companies, and some from all that hold one already', async () => {
  const requests = new Requests(gateOf(10));
  const crowd = ['a', 'b', 'c', 'd'].flatMap((company) =>
    [1, 2, 3, 4].map((number) => `${company}${number}`),
  );
  for (const name of crowd) requests.startEntering(name);
  await settle();
  expect(requests.entered).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1', 'c2', 'd1']);
  await requests.enter('e1');
});

it('lets a company that is not busy have a second connection before those that are', async () => {
  const requests = new Requests(gateOf(10));
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1', 'd1', 'e1', 'f1']) await requests.enter(name);
  for (const name of ['a5', 'b3', 'c2']) requests.startEntering(name);
  for (const name of ['d1', 'e1', 'f1']) await requests.leave(name);
  expect(requests.entered.slice(10)).toEqual(['c2']);
});

it('takes a company for busy whose only request lasts', async () => {
  const requests = new Requests(gateOf(5));
  for (const name of ['a1', 'b1', 'c1', 'd1']) await requests.enter(name);
  await sleep(600);
  requests.startEntering('a2');
  await requests.leave('b1');
  expect(requests.entered).not.toContain('a2');
  await requests.leave('c1');
  expect(requests.entered).toContain('a2');
});

it('takes no company for busy that uses little beside another one', async () => {
  const requests = new Requests(gateOf(10));
  for (const name of ['a1', 'a2', 'a3', 'a4', 'c1']) await requests.enter(name);
  await sleep(300);
  for (const name of ['b1', 'b2', 'b3']) requests.startEntering(name);
  await settle();
  expect(requests.entered.slice(5)).toEqual(['b1', 'b2', 'b3']);
  for (const name of ['a1', 'a2', 'a3', 'a4']) await requests.leave(name);
  requests.startEntering('a5');
  requests.startEntering('a6');
  await settle();
  expect(requests.entered.slice(8)).toEqual(['a5']);
});

it('gives turns to companies and not to requests, and the next one to whoever holds fewest connections', async () => {
  const requests = new Requests(gateOf(4, { perCompany: 3, busyReserve: 0, reserve: 0 }));
  for (const name of ['a1', 'a2', 'a3', 'b1']) await requests.enter(name);
  for (const name of ['a4', 'a5', 'b2', 'c1', 'c2']) requests.startEntering(name);
  await requests.leave('a1');
  await requests.leave('a2');
  await requests.leave('b1');
  expect(requests.entered.slice(4)).toEqual(['c1', 'a4', 'b2']);
});

it('takes a company for busy that holds none at the moment, but used many lately', async () => {
  const requests = new Requests(gateOf(4, { perCompany: 3, busyReserve: 1, reserve: 1 }));
  await requests.enter('a1');
  await sleep(600);
  await requests.leave('a1');
  for (const name of ['b1', 'c1', 'd1']) await requests.enter(name);
  const waiting = requests.enter('a2');
  await settle();
  expect(requests.entered).not.toContain('a2');
  await requests.enter('e1');
  await requests.leave('e1');
  await requests.leave('d1');
  await waiting;
});

it('refuses what finds a queue full, with Retry-After', async () => {
  const gate = gateOf(2, { waitingPerCompany: 1, waitingInAll: 2 });
  const leave = await gate.enter('a');
  const leaveOther = await gate.enter('b');
  const waiting = [gate.enter('a'), gate.enter('b')];
  await expect(gate.enter('a')).rejects.toMatchObject({ name: 'CompanyBusyError', retryAfterSeconds: 1 });
  await expect(gate.enter('c')).rejects.toMatchObject({ name: 'ServerBusyError', retryAfterSeconds: 5 });
  leave();
  (await waiting[0])?.();
  leaveOther();
  await waiting[1];
  await gate.enter('a');
});

it('refuses what has waited too long, and forgets it', async () => {
  const gate = gateOf(1, { longestWait: 50 });
  const leave = await gate.enter('a');
  await expect(gate.enter('a')).rejects.toMatchObject({ name: 'CompanyBusyError' });
  await expect(gate.enter('b')).rejects.toMatchObject({ name: 'ServerBusyError' });
  leave();
  await gate.enter('c');
});

it('takes a request whose client has gone out of its queue', async () => {
  const requests = new Requests(gateOf(1));
  const gone = new AbortController();
  await requests.enter('a1');
  const abandoned = requests.enter('a2', gone.signal);
  const patient = requests.enter('a3');
  gone.abort();
  await expect(abandoned).rejects.toMatchObject({ name: 'ClientGoneError' });
  await requests.leave('a1');
  await patient;
  await expect(requests.enter('a4', gone.signal)).rejects.toMatchObject({ name: 'ClientGoneError' });
  expect(requests.entered).toEqual(['a1', 'a3']);
});

it('is starved when a company that holds nothing waits for long, and not when one waits for itself', async () => {
  const gate = gateOf(2, { perCompany: 1 });
  await gate.enter('a');
  void gate.enter('a').catch(() => undefined);
  const leave = await gate.enter('b');
  await sleep(1100);
  expect(gate.isStarved()).toBe(false);
  const waiting = gate.enter('c');
  expect(gate.isStarved()).toBe(false);
  await sleep(1100);
  expect(gate.isStarved()).toBe(true);
  leave();
  await waiting;
  expect(gate.isStarved()).toBe(false);
});

describe('where slow companies may hold two connections together', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
  const leaveSoon = async (requests: Requests, name: string): Promise<void> => {
    void requests.leave(name);
    await pass(5);
  };

  it('lets a company begin with one connection, and have as many as otherwise once that was quick', async () => {
    const requests = new Requests(gateOf(10, { slow: 2 }));
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) requests.startEntering(name);
    await pass(20);
    expect(requests.entered).toEqual(['a1']);
    await leaveSoon(requests, 'a1');
    expect(requests.entered).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  });

  it('lets slow companies hold two together, and others have theirs', async () => {
    const requests = new Requests(gateOf(10, { slow: 2 }));
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2']) requests.startEntering(name);
    await pass(1000);
    expect(requests.entered).toEqual(['a1', 'b1']);
    for (const name of ['c1', 'c2']) requests.startEntering(name);
    await pass(5);
    await leaveSoon(requests, 'c1');
    expect(requests.entered.slice(2)).toEqual(['c1', 'c2']);
    await leaveSoon(requests, 'a1');
    expect(requests.entered.slice(4)).toEqual(['a2']);
  });

  it('is not starved when a slow company waits for others', async () => {
    const gate = gateOf(10, { slow: 1 });
    const requests = new Requests(gate);
    requests.startEntering('a1');
    await pass(3000);
    await leaveSoon(requests, 'a1');
    requests.startEntering('b1');
    await pass(1000);
    requests.startEntering('a2');
    await pass(1100);
    expect(gate.isStarved()).toBe(false);
    expect(requests.entered).toEqual(['a1', 'b1']);
    await leaveSoon(requests, 'b1');
    expect(requests.entered).toEqual(['a1', 'b1', 'a2']);
  });

  it('lets a slow company that is alone have two', async () => {
    const requests = new Requests(gateOf(10, { slow: 2 }));
    for (const name of ['a1', 'a2', 'a3']) requests.startEntering(name);
    await pass(1000);
    expect(requests.entered).toEqual(['a1', 'a2']);
  });

  it('lets a company that owes little have connections although they last', async () => {
    const requests = new Requests(gateOf(10, { slow: 2 }));
    for (const name of ['a1', 'a2']) requests.startEntering(name);
    await pass(2000);
    for (const name of ['b1', 'b2', 'b3']) requests.startEntering(name);
    await pass(200);
    expect(requests.entered.slice(2)).toEqual(['b1', 'b2', 'b3']);
  });

  it('takes a company for unknown again once its use is forgiven', async () => {
    const requests = new Requests(gateOf(10, { slow: 2 }));
    requests.startEntering('a1');
    await pass(5);
    await leaveSoon(requests, 'a1');
    await pass(1000);
    for (const name of ['a2', 'a3']) requests.startEntering(name);
    await pass(5);
    expect(requests.entered).toEqual(['a1', 'a2']);
  });
});
