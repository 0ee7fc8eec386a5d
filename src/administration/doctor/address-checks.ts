import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { plainText } from '../../protocol/text/plain-text.js';
import { daysUntil } from '../days-until.js';
import { type Check, fail, ok, warn } from './check.js';

export const PUBLIC_URL = 'PUBLIC_URL';

/** How much of an answer is read. */
const MOST_READ = 4096;
const SHOWN_ADDRESS = 200;
const NONCE_BYTES = 24;
/** From how many days on somebody should see to it that a certificate is renewed. Public ones last for 47 to 90. */
const FEW_DAYS = 14;
/** A header `Date` has whole seconds. */
const MAX_SKEW_MS = 5000;
const DISCOVERY = '/standard/scim/v2/ServiceProviderConfig';

const LOOK_THERE =
  'If the service runs, look at DNS, certificate and proxy; other machines may come another way.';

/** How an address is examined. */
export interface AddressExamination {
  /** Ends what takes too long. */
  readonly signal: AbortSignal;
  /** The status of the check where nothing answers: the service need not run while it is examined from elsewhere. */
  readonly unreachable: 'warn' | 'fail';
  /** The answer that this deployment gives to a nonce; undefined where it is not known. */
  readonly prove?: (nonce: string) => string;
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly date: string | undefined;
  readonly type: string;
  readonly text: string;
  readonly certificate: Certificate | undefined;
  readonly durationMs: number;
}

interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly ends: Date;
  /** How many certificates the server has sent, itself included. */
  readonly length: number;
  /** Node's code for the fault of the chain; undefined where there is none. */
  readonly fault: string | undefined;
}

/**
 * Calls an address as clients do, and judges what answers: whether it does, its certificate, whether it leads elsewhere,
 * whether it is this deployment, whether SCIM is served there, and its clock. Redirects are not followed, and nothing secret
 * is sent. It never throws.
 *
 * @param address without a slash at the end
 */
export async function examineAddress(
  address: string,
  { signal, unreachable, prove }: AddressExamination,
): Promise<readonly Check[]> {
  const live = await ask(`${address}/health/live`, signal);
  if (live instanceof Error) {
    const judge = unreachable === 'warn' ? warn : fail;
    return [
      judge(PUBLIC_URL, `${address}/health/live does not answer: ${reasonOf(live, signal)}`, LOOK_THERE),
    ];
  }
  const checks = [judgeAnswer(address, live), ...judgeCertificate(live.certificate)];
  if (live.status !== 200) return checks;
  checks.push(judgeDate(live.date));
  if (prove) {
    checks.push(await checkDeployment(address, signal, prove), await checkDiscovery(address, signal));
  }
  return checks;
}

function judgeAnswer(address: string, { status, location, durationMs }: Answer): Check {
  if (status === 200) return ok(PUBLIC_URL, `${address} answers, within ${Math.round(durationMs)} ms`);
  if (status >= 300 && status < 400) {
    return fail(
      PUBLIC_URL,
      `${address}/health/live leads elsewhere (${status}): ${location ?? 'nowhere'}`,
      'Identity providers follow no redirect: set it to the address behind, or have the proxy pass requests on.',
    );
  }
  return warn(PUBLIC_URL, `${address}/health/live answers ${status}`, LOOK_THERE);
}

const FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet; or the clock of this machine is wrong',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the intermediate certificate is missing, or its authority is not known here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

function judgeCertificate(certificate: Certificate | undefined): readonly Check[] {
  if (certificate === undefined) return [];
  const { subject, issuer, ends, length, fault } = certificate;
  const days = daysUntil(ends);
  const found = `${subject}, by ${issuer}, ${length} in the chain, ends in ${days} days (${ends.toISOString().slice(0, 10)})`;
  if (fault !== undefined) {
    return [
      fail(
        'Certificate',
        `${found}: ${FAULTS[fault] ?? fault}`,
        'Let the proxy send a certificate of a public authority for this name, with the intermediate ones.',
      ),
    ];
  }
  if (days < FEW_DAYS) return [warn('Certificate', found, 'Look why it was not renewed.')];
  return [ok('Certificate', found)];
}

function judgeDate(header: string | undefined): Check {
  const name = 'Date header';
  const date = Date.parse(header ?? '');
  if (Number.isNaN(date)) return ok(name, 'the answer has none');
  const skew = date - Date.now();
  const found = `${Math.abs(Math.round(skew / 1000))} s ${skew < 0 ? 'behind' : 'ahead of'} this machine`;
  if (Math.abs(skew) <= MAX_SKEW_MS) return ok(name, found);
  return warn(
    name,
    found,
    'Let the machine of the proxy, and this one, take their time from the network (NTP).',
  );
}

async function checkDeployment(
  address: string,
  signal: AbortSignal,
  prove: (nonce: string) => string,
): Promise<Check> {
  const name = 'Deployment';
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const answer = await ask(`${address}/health/proof?nonce=${nonce}`, signal);
  if (answer instanceof Error) return fail(name, `no answer: ${reasonOf(answer, signal)}`, LOOK_THERE);
  if (answer.status === 200 && proofIn(answer.text) === prove(nonce)) {
    return ok(name, 'the address leads to this deployment');
  }
  return fail(
    name,
    `what answers is not this deployment (${answer.status} ${answer.type || 'without a type'})`,
    'Look where DNS and the proxy lead: to another service, to another Rollcall, or to an older version of it.',
  );
}

function proofIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly proof?: unknown } | null)?.proof;
  } catch {
    return undefined;
  }
}

async function checkDiscovery(address: string, signal: AbortSignal): Promise<Check> {
  const name = 'SCIM path';
  const answer = await ask(address + DISCOVERY, signal);
  if (answer instanceof Error) return fail(name, `no answer: ${reasonOf(answer, signal)}`, LOOK_THERE);
  const found = `${DISCOVERY} answers ${answer.status} ${answer.type}`;
  if (answer.status === 200 && answer.type.endsWith('json')) return ok(name, found);
  return fail(
    name,
    found,
    'Let the proxy pass the path /standard/scim/ on as it is, without a sign-in of its own.',
  );
}

/** What an address answers, or why it does not. */
async function ask(address: string, signal: AbortSignal): Promise<Answer | Error> {
  const started = performance.now();
  try {
    const url = new URL(address);
    const options = { agent: false, signal, headers: { accept: 'application/json' } } as const;
    const outgoing =
      url.protocol === 'https:'
        ? // An invalid certificate is described, and not refused. Nothing secret is sent.
          requestHttps(url, { ...options, rejectUnauthorized: false })
        : requestHttp(url, options);
    // An error after the head of the answer is reported by the answer itself.
    outgoing.on('error', () => undefined);
    outgoing.end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const certificate = certificateOf(answer);
    return {
      status: answer.statusCode ?? 0,
      location: shownLocation(answer.headers.location, url),
      date: answer.headers.date,
      type: plainText((answer.headers['content-type'] ?? '').split(';')[0]!.trim(), SHOWN_ADDRESS),
      text: await readText(answer),
      certificate,
      durationMs: performance.now() - started,
    };
  } catch (error) {
    return error as Error;
  }
}

function certificateOf({ socket }: IncomingMessage): Certificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerCertificate(true);
  // A connection that is already closed has no certificate.
  if (Object.keys(certificate).length === 0) return undefined;
  const { subject, issuer, valid_to: ends } = certificate;
  const fault = socket.authorized ? undefined : String(socket.authorizationError);
  return {
    subject: nameIn(subject),
    issuer: nameIn(issuer),
    ends: new Date(ends),
    length: lengthOf(certificate),
    fault,
  };
}

/** A name of X.509 as people know it. */
function nameIn(name: DetailedPeerCertificate['subject'] | undefined): string {
  const found = [name?.CN, name?.O].flat().find((each) => each !== undefined && each !== '');
  return plainText(found ?? 'a certificate without a name', SHOWN_ADDRESS);
}

/** The certificate of an authority refers to itself. */
function lengthOf(certificate: DetailedPeerCertificate): number {
  const seen = new Set<DetailedPeerCertificate>();
  for (let each: DetailedPeerCertificate | undefined = certificate; each && !seen.has(each);) {
    seen.add(each);
    each = each.issuerCertificate;
  }
  return seen.size;
}

/** Where a redirect leads, without its query, which may have a secret in it. */
function shownLocation(location: string | undefined, base: URL): string | undefined {
  if (location === undefined || !URL.canParse(location, base.href)) return undefined;
  const { origin, pathname } = new URL(location, base);
  return plainText(origin + pathname, SHOWN_ADDRESS);
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MOST_READ) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_READ).toString('utf8');
}

function reasonOf({ message, code }: Error & { readonly code?: string }, signal: AbortSignal): string {
  if (signal.aborted) return 'nothing came in time';
  return code ?? plainText(message, SHOWN_ADDRESS);
}
