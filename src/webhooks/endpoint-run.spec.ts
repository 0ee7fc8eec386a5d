import { makeCompanyScope } from '../scim/company-scope.js';
import { EndpointRun, type RunContext } from './endpoint-run.js';
import { type Turns } from './turns.js';
import { type Lane, type WebhookTurn } from './webhooks.store.js';

const SETTINGS = { duplicateGroupNames: false, unknownMembers: 'reject' } as const;

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
    ...{ url: 'https://hooks.example.com/', sealedUrl: undefined, name: 'hook', format: 'standard' },
    ...{ types: undefined, secrets: [] },
    deliveries: left.length === 0 ? [] : [{ id: 'd', entry: undefined, attempts: 0, created: new Date() }],
  });
  const context = {
    store: { takeTurn: () => Promise.resolve(turn()) },
    events: { read: () => Promise.resolve(new Map()) },
    client: {
      post: () =>
        Promise.resolve({
          status: left.shift(),
          retryAfter: undefined,
          error: undefined,
          excerpt: undefined,
        }),
    },
    settings: { webhookTimeout: 1000, webhookHold: 1000, webhookRetries: [1000] },
    stopped: new AbortController().signal,
    turns: { proven: turnsOf('proven'), untried: turnsOf('untried'), failing: turnsOf('failing') },
    onAttempt: () => undefined,
  } as unknown as RunContext;
  const scope = makeCompanyScope({ companyId: '1', slug: 'acme', settings: SETTINGS });
  await new EndpointRun({ scope, id: '0000000000000001', lane }, context).finish();
  return taken.filter((each, index) => index === 0 || each !== taken[index - 1]);
}

it('changes its lane with the first call that goes otherwise', async () => {
  expect(await lanesOf('untried', [204, 204])).toEqual(['untried', 'proven']);
  expect(await lanesOf('proven', [204, 500, 500])).toEqual(['proven', 'failing']);
  expect(await lanesOf('failing', [500, 204])).toEqual(['failing', 'proven']);
});
