import { type WebhookDelivery } from '../administration/webhook.js';
import { listDeliveries } from './webhook-text.js';

const terminal = {
  environment: {},
  out: () => undefined,
  error: () => undefined,
  interactive: false,
  columns: 100,
  colour: false,
};

const delivery: WebhookDelivery = {
  id: '055a24c40d000065',
  activity: '055a24c40d000064',
  resource: '055a23c537c00031',
  type: 'user.deactivated',
  state: 'pending',
  created: '2026-11-30T05:19:41.589Z',
  attempts: 3,
  nextAttempt: '2026-11-30T05:49:41.589Z',
  lastAttempt: '2026-11-30T05:19:42.175Z',
  durationMs: 12,
  status: null,
  error: 'the connection failed: ECONNREFUSED',
  excerpt: null,
};

it('lists deliveries within 100 columns, with ids that can be copied', () => {
  const untried = { ...delivery, id: '055a24c40d000066', attempts: 0, type: null, error: null };
  const failed = {
    ...delivery,
    id: '055a24c40d000067',
    attempts: 10,
    nextAttempt: null,
    state: 'failed' as const,
  };
  const table = listDeliveries(terminal, [delivery, untried, failed]);
  for (const { id } of [delivery, untried, failed]) expect(table).toContain(id);
  expect(table).toContain('055a23c537c00031');
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  const words = table.replaceAll(/[│\s]+/g, ' ');
  for (const word of ['waits', 'attempt', '4', 'failed', '10', 'attempts'])
    expect(words.split(' ')).toContain(word);
});
