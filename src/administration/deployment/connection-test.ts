import { lookup } from 'node:dns/promises';
import { isPublicAddress } from '../../access/public-address.js';
import { hostOf } from '../../access/url-host.js';
import { type ServiceSettings } from '../../config/settings.js';
import { proveDeployment } from '../../scim/deployment-proof.js';
import { SecretKey } from '../../scim/secret-key.js';
import { examineAddress, PUBLIC_URL } from '../doctor/address-checks.js';
import { attempt, type Check, fail, ok, warn } from '../doctor/check.js';
import { judgePublicUrl } from '../doctor/machine-checks.js';

/** How long the whole test takes at most, in milliseconds. */
const LONGEST_MS = 10_000;

/**
 * Tests from this machine whether clients reach the service at `PUBLIC_URL`. It calls no other address, and never throws.
 *
 * @param clock judges the clock of the database
 */
export async function testConnection(
  settings: Pick<ServiceSettings, 'publicUrl' | 'host' | 'secretKey'>,
  clock: () => Promise<Check>,
): Promise<readonly Check[]> {
  const [address, ofDatabase] = await Promise.all([testAddress(settings), attempt('Clock', clock)]);
  return [...address, ofDatabase];
}

async function testAddress(
  settings: Pick<ServiceSettings, 'publicUrl' | 'host' | 'secretKey'>,
): Promise<readonly Check[]> {
  const { publicUrl, secretKey } = settings;
  if (publicUrl === undefined) {
    return [
      fail(
        PUBLIC_URL,
        'it is not set, so nobody knows by which address clients come',
        'Set it to that address, such as https://scim.example.com, and start the service anew.',
      ),
    ];
  }
  const judged = judgePublicUrl(settings);
  const signal = AbortSignal.timeout(LONGEST_MS);
  const key = new SecretKey(secretKey);
  const [name, examined] = await Promise.all([
    checkName(hostOf(new URL(publicUrl)), signal),
    examineAddress(publicUrl, {
      signal,
      unreachable: 'fail',
      prove: (nonce) => proveDeployment(key, nonce),
    }),
  ]);
  return [...(judged ? [judged] : []), name, ...examined];
}

/** Whether the internet reaches the addresses of a host. */
async function checkName(host: string, signal: AbortSignal): Promise<Check> {
  const name = 'Name';
  const found = await Promise.race([
    lookup(host, { all: true }).catch((error: unknown) => error as NodeJS.ErrnoException),
    ended(signal),
  ]);
  if (found === undefined || found instanceof Error) {
    const reason = found?.code ?? 'no answer in time';
    return fail(name, `${host} is not found: ${reason}`, 'Look at DNS, and at the resolver of this machine.');
  }
  const addresses = [...new Set(found.map(({ address }) => address))];
  const text = `${host} is ${addresses.join(', ')}`;
  if (addresses.every(isPublicAddress)) return ok(name, text);
  return warn(
    name,
    `${text}, which the internet does not reach`,
    'Right for a provider in the same network, or where this machine has a DNS of its own. A provider in the cloud needs a public address.',
  );
}

const ended = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
