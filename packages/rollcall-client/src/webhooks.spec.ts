import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { type WebhookError, type WebhookHeaders, WebhookVerifier } from './webhooks.js';

const NOW = Date.parse('2026-11-29T09:30:00Z');
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const SECRET = newSecret();

interface Sent {
  readonly id: string;
  readonly at: number;
  readonly body: string;
}

const PAYLOAD = { type: 'group.members', timestamp: '2026-11-29T09:30:00Z', data: { name: 'Ünïcode 🎈' } };
const sent: Sent = { id: 'msg_1', at: NOW, body: JSON.stringify(PAYLOAD) };

const headersOf = ({ id, at, body }: Sent, ...secrets: readonly string[]): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at / 1000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body)).join(' '),
});

const verifier = (...secrets: readonly string[]): WebhookVerifier =>
  new WebhookVerifier({ secrets, now: () => NOW });

const faultOf = async (headers: WebhookHeaders, body: string | Uint8Array = sent.body): Promise<string> => {
  const error = await verifier(SECRET)
    .verify(headers, body)
    .then(
      () => undefined,
      (thrown: unknown) => thrown as WebhookError,
    );
  return error?.fault ?? 'accepted';
};

describe('a webhook', () => {
  it('is verified with what npm standardwebhooks has signed', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.string({ minLength: 1 }), fc.json(), async (key, id, body) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const signed = headersOf({ id, at: NOW, body }, secret);
        const verified = await verifier(newSecret(), secret).verify(signed, body);
        expect(verified).toEqual({ id, timestamp: new Date(NOW), payload: JSON.parse(body) as unknown });
      }),
      { numRuns: 100 },
    );
  });

  it('is accepted or refused as npm standardwebhooks does, wherever one character is changed', async () => {
    const signed = headersOf(sent, SECRET);
    const library = new Webhook(SECRET);
    const at = fc.record({
      part: fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'body'),
      place: fc.nat(500),
      to: fc.constantFrom('0', '7', 'A', ' ', '.', ',', '='),
    });
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    try {
      await fc.assert(
        fc.asyncProperty(at, async ({ part, place, to }) => {
          const parts: Record<string, string> = { ...signed, body: sent.body };
          const before = parts[part] ?? '';
          const index = place % before.length;
          parts[part] = before.slice(0, index) + to + before.slice(index + 1);
          const { body = '', ...headers } = parts;
          const accepted = ((): boolean => {
            try {
              library.verify(body, headers);
              return true;
            } catch {
              return false;
            }
          })();
          const same = parts[part] === before;
          expect((await faultOf(headers, body)) === 'accepted').toBe(accepted);
          expect(accepted).toBe(same);
        }),
        { numRuns: 300 },
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it('may be signed with the old and the new secret, or with one that is not known yet', async () => {
    const [old, next, other] = [newSecret(), newSecret(), newSecret()];
    const both = headersOf(sent, old, next);
    expect((await verifier(old).verify(both, sent.body)).id).toBe('msg_1');
    expect((await verifier(next).verify(both, sent.body)).id).toBe('msg_1');
    expect((await verifier(old, next).verify(headersOf(sent, next), sent.body)).id).toBe('msg_1');
    await expect(verifier(other).verify(both, sent.body)).rejects.toThrow('None of 2 signatures fits');
  });

  it('is read from the headers of fetch and of Node.js, and from text and bytes', async () => {
    const headers = headersOf(sent, SECRET);
    const bytes = new TextEncoder().encode(sent.body);
    const upperCase = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    for (const form of [headers, new Headers(headers), upperCase]) {
      for (const body of [sent.body, bytes, Buffer.from(bytes)]) {
        expect((await verifier(SECRET).verify(form, body)).payload).toEqual(PAYLOAD);
      }
    }
  });

  it.each([
    ['exactly as old as is allowed', -300, 'accepted'],
    ['older', -301, 'too old'],
    ['exactly as new as is allowed', 300, 'accepted'],
    ['newer', 301, 'too new'],
  ])('that is %s', async (_, seconds, fault) => {
    expect(await faultOf(headersOf({ ...sent, at: NOW + seconds * 1000 }, SECRET))).toBe(fault);
  });

  it.each([
    ['without an id', { 'webhook-id': undefined }, 'header missing'],
    ['without a signature', { 'webhook-signature': '' }, 'header missing'],
    ['with a time in another form', { 'webhook-timestamp': '2026-11-29T09:30:00Z' }, 'header malformed'],
    ['with two times', { 'webhook-timestamp': ['1', '2'] }, 'header malformed'],
    [
      'with signatures of other versions alone',
      { 'webhook-signature': 'v1a,AAAA v2,AAAA' },
      'header malformed',
    ],
    ['with a signature that is no base64', { 'webhook-signature': 'v1,%' }, 'header malformed'],
    ['with too many signatures', { 'webhook-signature': 'v1,AAAA '.repeat(17).trim() }, 'header malformed'],
    ['with a short signature', { 'webhook-signature': 'v1,AAAA' }, 'signature wrong'],
  ])('%s is refused', async (_, changed, fault) => {
    expect(await faultOf({ ...headersOf(sent, SECRET), ...changed })).toBe(fault);
  });

  it('is accepted beside a signature of a version that is not known', async () => {
    const headers = headersOf(sent, SECRET);
    headers['webhook-signature'] = `v9,AAAA ${headers['webhook-signature']}`;
    expect(await faultOf(headers)).toBe('accepted');
  });

  it('is refused where its body is signed, but no JSON', async () => {
    expect(await faultOf(headersOf({ ...sent, body: 'null?' }, SECRET), 'null?')).toBe('body malformed');
  });
});

it.each([
  ['none', []],
  ['an empty one', ['whsec_']],
  ['one without its prefix', [SECRET.slice(6)]],
  ['one that is no base64', ['whsec_%%%']],
])('a verifier refuses secrets: %s, and does not show them', (_, secrets) => {
  const make = (): WebhookVerifier => new WebhookVerifier({ secrets });
  expect(make).toThrow(TypeError);
  for (const secret of secrets) if (secret.length > 6) expect(make).not.toThrow(secret);
});
