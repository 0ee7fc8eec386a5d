import { ALERT_TYPES } from '../feed/change-types.js';
import { chatBodyOf, chatMessageOf, chatTest } from './chat-messages.js';

const company = { id: '0000000000000001', slug: 'acme' };
const ORIGIN = 'https://scim.example.com';

it('every alert has a sentence and a page, and nothing else has', () => {
  for (const type of ALERT_TYPES) {
    const message = chatMessageOf({ type, company }, ORIGIN);
    expect(message?.text).toContain('acme');
    expect(message?.url).toMatch(/^https:\/\/scim\.example\.com\/console\/companies\/acme\/[a-z]+$/);
  }
  expect(chatMessageOf({ type: 'user.created', company }, ORIGIN)).toBeUndefined();
});

it('says what was too much, which credential ends, and since when nothing came', () => {
  const textOf = (type: (typeof ALERT_TYPES)[number], detail: Record<string, string | number>): string =>
    chatMessageOf({ type, company, detail }, ORIGIN)!.text;
  expect(
    textOf('guard.held', { kind: 'users', removed: 1200, of: 2000, windowMinutes: 60, percent: 10 }),
  ).toBe(
    'acme: removals are held, 1,200 of 2,000 users within 60 minutes. Who left keeps access until they are released.',
  );
  expect(textOf('credential.expiring', { name: 'Okta', expires: '2026-03-02T08:14:05Z' })).toBe(
    'acme: the credential “Okta” ends on 2026-03-02 at 08:14 UTC. Rotate it before.',
  );
  expect(textOf('company.silent', { hours: 24, lastUsed: '2026-03-02T08:14:05Z' })).toContain(
    'no request for 24 hours, the last one on 2026-03-02 at 08:14 UTC',
  );
});

it('no name becomes a link or a mention', () => {
  const name = '<!channel> & [here](https://evil.example)';
  const message = chatMessageOf({ type: 'credential.expiring', company, detail: { name } }, ORIGIN)!;
  const slack = JSON.parse(chatBodyOf('slack', message)) as { text: string };
  expect(slack.text).toContain('&lt;!channel&gt; &amp; [here]');
  expect(slack.text.match(/</g)).toHaveLength(1);
  const teams = chatBodyOf('teams', message);
  expect(teams).toContain('"type":"TextRun"');
  expect(teams).not.toContain('"TextBlock"');
});

it('a test names the company', () => {
  expect(chatTest('acme', ORIGIN).text).toBe('A test: alerts of acme arrive here.');
});
