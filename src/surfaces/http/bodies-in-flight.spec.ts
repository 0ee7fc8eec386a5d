import { type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { type Settings } from '../../config/settings.js';
import { BodiesInFlight } from './bodies-in-flight.js';
import { readBytes } from './read-bytes.js';

const MIB = 1024 * 1024;
/** More than a small body may have, so that all that the body may become is asked for. */
const LARGE = Buffer.alloc(65 * 1024, ' ');
const NOTHING = { bytes: 0, waiting: 0 };

/** Of one large body, and of small ones a quarter of that. */
const roomForOne = (): BodiesInFlight =>
  new BodiesInFlight({ bodiesInFlight: MIB, companyBodiesInFlight: MIB } as Settings);

describe('the share of a body', () => {
  it('is given back where it comes after the body was refused for its time', async () => {
    const bodies = roomForOne();
    const other = bodies.open('globex', MIB);
    await other.reserve(MIB);
    const share = bodies.open('acme', MIB);
    const request = Object.assign(new PassThrough(), { headers: {} }) as unknown as IncomingMessage &
      PassThrough;
    const read = readBytes(request, { limit: MIB, largest: MIB, timeout: 50 }, share);
    request.write(LARGE);
    await expect(read).rejects.toMatchObject({ status: 408 });
    expect(bodies.large.usage()).toEqual({ bytes: MIB, waiting: 1 });
    share.release();
    other.release();
    await expect.poll(() => bodies.large.usage()).toEqual(NOTHING);
    expect(bodies.small.usage()).toEqual(NOTHING);
    await bodies.open('acme', MIB).reserve(MIB);
  });

  it('is that of a large body once the body is larger than a small one, and no more of a small one', async () => {
    const bodies = roomForOne();
    const share = bodies.open('acme', MIB);
    await share.reserve(100);
    expect(bodies.small.usage()).toEqual({ bytes: 100, waiting: 0 });
    await share.reserve(LARGE.length);
    expect([bodies.small.usage(), bodies.large.usage()]).toEqual([NOTHING, { bytes: MIB, waiting: 0 }]);
    share.shrink(LARGE.length);
    expect(bodies.large.usage().bytes).toBe(LARGE.length);
    share.release();
    expect(bodies.large.usage()).toEqual(NOTHING);
  });

  it('is no more than what the body may become, so that a larger one is refused at once', async () => {
    const bodies = roomForOne();
    const share = bodies.open('acme', MIB);
    const request = Object.assign(new PassThrough(), { headers: {} }) as unknown as IncomingMessage &
      PassThrough;
    const read = readBytes(request, { limit: MIB, largest: MIB, timeout: 30_000 }, share);
    request.write(LARGE);
    request.write(Buffer.alloc(MIB, ' '));
    await expect(read).rejects.toMatchObject({ status: 413 });
    expect(bodies.large.usage()).toEqual({ bytes: MIB, waiting: 0 });
    share.release();
  });
});
