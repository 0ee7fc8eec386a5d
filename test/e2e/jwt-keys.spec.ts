import { Logger } from '@nestjs/common';
import { vi } from 'vitest';
import { type IssuerAdministration } from '../../src/administration/issuer-administration.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { type ScimAnswer } from '../support/scim-client.js';

const AUDIENCE = 'rollcall';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let service: TestApplication;
let issuers: IssuerAdministration;
let company: TestCompany;
const started: JwtIssuer[] = [];

beforeAll(async () => {
  service = await startTestApplication();
  issuers = service.issuers;
});
/** One company has twenty issuers at most. */
beforeEach(async () => {
  company = await service.company();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await Promise.all(started.map((each) => each.close()));
  await service.close();
});

/** A registered issuer with keys `first` and, not published yet, `second`. */
async function startIssuer(url?: string): Promise<JwtIssuer> {
  const idp = await JwtIssuer.start(`https://idp-${started.length}.example/`);
  started.push(idp);
  for (const kid of ['first', 'second']) await idp.addKey(kid, 'ES256');
  idp.published = ['first'];
  await issuers.addIssuer({
    name: 'idp',
    company: { slug: company.slug },
    issuer: idp.iss,
    audience: AUDIENCE,
    keys: { url: url ?? idp.keysUrl },
    requiredScope: null,
    dialect: 'lenient',
    scopes: ['scim:read'],
  });
  return idp;
}

async function send(idp: JwtIssuer, kid = 'first'): Promise<ScimAnswer> {
  return service.scim(await idp.sign({ aud: AUDIENCE }, { kid })).get('/Users');
}
const status = async (idp: JwtIssuer, kid?: string): Promise<number> => (await send(idp, kid)).status;

/** Moves the clock of the keys' ages on, which then stands still: how long requests take must not matter. */
function letPass(milliseconds: number): void {
  const later = performance.now() + milliseconds;
  vi.restoreAllMocks();
  vi.spyOn(performance, 'now').mockReturnValue(later);
}

describe('keys that an issuer publishes', () => {
  it('are fetched once for requests at once, and kept', async () => {
    const idp = await startIssuer();
    const answers = await Promise.all(Array.from({ length: 30 }, () => status(idp)));
    expect(answers).toEqual(answers.map(() => 200));
    expect(await status(idp)).toBe(200);
    expect(idp.requests).toBe(1);
  });

  it('are fetched again for an unknown key, once in five minutes at most', async () => {
    const idp = await startIssuer();
    expect(await status(idp)).toBe(200);
    idp.published = ['first', 'second'];
    expect([await status(idp, 'second'), await status(idp, 'second')]).toEqual([401, 401]);
    expect(idp.requests).toBe(1);
    letPass(301 * SECOND);
    const answers = await Promise.all(Array.from({ length: 10 }, () => status(idp, 'second')));
    expect(answers).toEqual(answers.map(() => 200));
    expect(await status(idp)).toBe(200);
    expect(idp.requests).toBe(2);
    idp.published = [];
    letPass(301 * SECOND);
    expect([await status(idp), await status(idp, 'second'), idp.requests]).toEqual([200, 200, 2]);
  });

  it('are refused ten minutes after they were withdrawn', async () => {
    const idp = await startIssuer();
    expect(await status(idp)).toBe(200);
    idp.published = ['second'];
    letPass(11 * MINUTE);
    expect([await status(idp), await status(idp, 'second')]).toEqual([401, 200]);
    expect(idp.requests).toBe(2);
  });

  it('stay in use for a day while they cannot be fetched', async () => {
    const idp = await startIssuer();
    expect(await status(idp)).toBe(200);
    idp.answer = (_, response) => void response.writeHead(500).end();
    letPass(11 * MINUTE);
    expect([await status(idp), await status(idp), await status(idp)]).toEqual([200, 200, 200]);
    expect(idp.requests).toBe(2);
    expect(await status(idp, 'second')).toBe(503);
    expect(idp.requests).toBe(2);
    letPass(25 * HOUR);
    expect(await status(idp)).toBe(503);
    idp.answer = undefined;
    letPass(2 * MINUTE);
    expect(await status(idp)).toBe(200);
  });
});

describe('an issuer whose keys cannot be had', () => {
  const unavailable = async (idp: JwtIssuer): Promise<void> => {
    const answer = await send(idp);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d?$/);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(answer.body.detail).toBe("keys: The keys of the token's issuer can't be fetched at the moment.");
  };

  it('is asked again after a while that grows, not at every request', async () => {
    const idp = await startIssuer();
    idp.answer = (_, response) => void response.writeHead(503).end();
    letPass(0);
    await Promise.all(Array.from({ length: 20 }, () => unavailable(idp)));
    for (let each = 0; each < 20; each += 1) await unavailable(idp);
    expect(idp.requests).toBe(1);
    const asked: number[] = [];
    for (const pause of [1, 1, 2, 2, 4, 8, 16, 32, 60, 60]) {
      letPass(pause * SECOND + 5);
      await unavailable(idp);
      asked.push(idp.requests);
    }
    expect(asked).toEqual([2, 2, 3, 3, 4, 5, 6, 7, 8, 9]);
    idp.answer = undefined;
    await unavailable(idp);
    letPass(MINUTE);
    expect(await status(idp)).toBe(200);
    expect(idp.requests).toBe(10);
  });

  it('that hangs holds its own tokens up for five seconds, and nobody else', async () => {
    const [hanging, healthy] = [await startIssuer(), await startIssuer()];
    hanging.answer = () => undefined;
    // No time passes but the five seconds, and they end when the test says so.
    letPass(0);
    const fiveSeconds = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(fiveSeconds.signal);
    let isOver = false;
    const held = Promise.all(Array.from({ length: 20 }, () => unavailable(hanging))).then(() => {
      isOver = true;
    });
    await expect.poll(() => hanging.requests).toBe(1);
    expect(timeout.mock.calls).toEqual([[5 * SECOND]]);
    const client = await company.client();
    for (let each = 0; each < 5; each += 1) {
      expect((await client.get('/Users')).status).toBe(200);
      expect(await status(healthy)).toBe(200);
    }
    expect(isOver).toBe(false);
    fiveSeconds.abort();
    await held;
    expect(hanging.requests).toBe(1);
  });

  it.each<[string, NonNullable<JwtIssuer['answer']>]>([
    ['no JSON', (_, response) => void response.end('<html>')],
    ['no key set', (_, response) => void response.end('{"keys":{}}')],
    ['nothing', (_, response) => void response.end()],
    ['no content', (_, response) => void response.writeHead(204).end()],
    ['not found', (_, response) => void response.writeHead(404).end('{"keys":[]}')],
    ['an end in the middle', (request) => void request.socket.destroy()],
  ])('answers with %s', async (_, answer) => {
    const idp = await startIssuer();
    idp.answer = answer;
    await unavailable(idp);
    expect(idp.requests).toBe(1);
  });

  it('answers with more than any key set is long', async () => {
    const idp = await startIssuer();
    let written = 0;
    idp.answer = (_, response) => {
      const timer = setInterval(() => {
        written += 65_536;
        response.write(' '.repeat(65_536));
      }, 1);
      response.on('close', () => clearInterval(timer));
    };
    await unavailable(idp);
    expect(written).toBeLessThan(10_000_000);
  });

  it('sends elsewhere', async () => {
    const [idp, other] = [await startIssuer(), await startIssuer()];
    idp.answer = (_, response) => void response.writeHead(302, { Location: other.keysUrl }).end();
    await unavailable(idp);
    expect(other.requests).toBe(0);
  });

  it.each(['https://127.0.0.1:1/keys', 'https://localhost:1/keys', 'https://169.254.169.254/keys'])(
    'is at %s, which is no host of the internet',
    async (url) => {
      const warned = vi.spyOn(Logger.prototype, 'warn');
      await unavailable(await startIssuer(url));
      expect(warned).toHaveBeenCalledWith(
        expect.stringMatching(/^keys not fetched: .* is no public address$/),
      );
    },
  );

  it('listens to nobody', async () => {
    await unavailable(await startIssuer('http://127.0.0.1:1/keys'));
  });

  it('publishes keys that are none', async () => {
    const idp = await startIssuer();
    const set = { keys: [{ kty: 'EC', kid: 'first', crv: 'P-256', x: 'AA', y: 'AA' }, { kid: 'second' }] };
    idp.answer = (_, response) => void response.end(JSON.stringify(set));
    expect([await status(idp), await status(idp, 'second')]).toEqual([401, 401]);
  });
});
