import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { makeWebhookSecret, signaturesOf } from './webhook-secret.js';

const now = Math.floor(Date.now() / 1000);

it('signs as the reference library of Standard Webhooks verifies, by each of several secrets', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.json(), fc.integer({ min: 1, max: 4 }), (id, body, count) => {
      const secrets = Array.from({ length: count }, makeWebhookSecret);
      const signature = signaturesOf({ id, timestamp: now, body }, secrets);
      const headers = { 'webhook-id': id, 'webhook-timestamp': String(now), 'webhook-signature': signature };
      for (const secret of secrets)
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(makeWebhookSecret()).verify(body, headers)).toThrow();
    }),
    { numRuns: 50 },
  );
});

it('signs what the specification has as its example', () => {
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
  expect(signaturesOf(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});
