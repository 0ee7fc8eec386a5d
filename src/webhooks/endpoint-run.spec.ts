import { makeCompanyScope } from '../scim/company-scope.js';
import { type Attempt } from './attempts.js';
import { EndpointRun, type RunContext } from './endpoint-run.js';
import { Turns } from './turns.js';
import { type Answer } from './webhook-client.js';
import { type ClaimedDelivery, type Lane, type WebhookTurn } from './webhooks.store.js';

const SETTINGS = { duplicateGroupNames: false, unknownMembers: 'reject' } as const;

const scope = makeCompanyScope({ companyId: '1', slug: 'acme', settings: SETTINGS });
const TURN: Omit<WebhookTurn, 'deliveries'> = {
  ...{ url: 'https://hooks.example.com/', sealedUrl: undefined, name: 'hook', types: undefined, secrets: [] },
  format: 'standard',
};

/** What all runs here have in common. */
const CONTEXT = {
  settings: { webhookTimeout: 1000, webhookHold: 1000, webhookRetries: [1000] },
  stopped: new AbortController().signal,
  onAttempt: () => undefined,
};

const answered = (status: number | undefined): Answer => ({
  status,
  retryAfter: undefined,
  error: undefined,
  excerpt: undefined,
});

/** In which lane a run takes its turns, when its calls are answered with these, one by one. */
async function lanesOf(lane: Lane, answers: readonly number[]): Promise<readonly Lane[]> {
  const taken: Lane[] = [];
  const left = [...answers];
  const turnsOf = (of: Lane): Turns =>
    ({
      take: <T>(work: () => Promise<T>): Promise<T> => {
        taken.push(of);
        return work();
      },
    }) as Turns;
  const turn = (): WebhookTurn => ({
    ...TURN,
    deliveries: left.length === 0 ? [] : [{ id: 'd', entry: undefined, attempts: 0, created: new Date() }],
  });
  const context = {
    ...CONTEXT,
    store: { takeTurn: () => Promise.resolve(turn()) },
    events: { read: () => Promise.resolve(new Map()) },
    client: { post: () => Promise.resolve(answered(left.shift())) },
    turns: { proven: turnsOf('proven'), untried: turnsOf('untried'), failing: turnsOf('failing') },
  } as unknown as RunContext;
  await new EndpointRun({ scope, id: '0000000000000001', lane }, context).finish();
  return taken.filter((each, index) => index === 0 || each !== taken[index - 1]);
}

it('changes its lane with the first call that goes otherwise', async () => {
  expect(await lanesOf('untried', [204, 204])).toEqual(['untried', 'proven']);
  expect(await lanesOf('proven', [204, 500, 500])).toEqual(['proven', 'failing']);
  expect(await lanesOf('failing', [500, 204])).toEqual(['failing', 'proven']);
});

it('records what all calls under way came to before it ends with an error, and releases what it has not sent', async () => {
  const recorded: Attempt[] = [];
  const claimed = [['1', '2', '3'], ['4']];
  const delivery = (id: string): ClaimedDelivery => ({
    ...{ id, attempts: 0, created: new Date() },
    entry: { place: id, entryId: id },
  });
  const calls = new Map<string, () => void>();
  let reads = 0;
  const turns = new Turns(1);
  const context = {
    ...CONTEXT,
    store: {
      takeTurn: (_webhook: unknown, attempts: readonly Attempt[], { most }: { most: number }) => {
        recorded.push(...attempts);
        const ids = most === 0 ? [] : (claimed.shift() ?? []);
        return Promise.resolve({ ...TURN, deliveries: ids.map(delivery) });
      },
    },
    events: {
      read: (_scope: unknown, entries: readonly { entryId: string }[]) => {
        reads += 1;
        if (reads === 2) return Promise.reject(new Error('the connection was lost'));
        const event = { type: 'user.created', body: '{}' };
        return Promise.resolve(new Map(entries.map(({ entryId }) => [entryId, event])));
      },
    },
    client: {
      post: (_url: string, { id }: { id: string }) =>
        new Promise((resolve) => calls.set(id, () => resolve(answered(204)))),
    },
    turns: { proven: turns, untried: turns, failing: turns },
  } as unknown as RunContext;
  const run = new EndpointRun({ scope, id: '0000000000000001', lane: 'proven' }, context);
  const ended = run.finish().catch((error: Error) => error.message);
  const outcomes = (): string[] => recorded.map(({ deliveryId, outcome }) => `${deliveryId} ${outcome}`);
  await expect.poll(() => calls.size).toBe(3);
  calls.get('msg_1')?.();
  await expect.poll(outcomes).toEqual(['1 delivered', '4 released']);
  calls.get('msg_2')?.();
  calls.get('msg_3')?.();
  expect(await ended).toBe('the connection was lost');
  expect(outcomes()).toEqual(['1 delivered', '4 released', '2 delivered', '3 delivered']);
});
