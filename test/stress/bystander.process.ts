import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { type BystanderOrder, type Sample } from './bystander.js';

/** Sends small requests of one company at a steady rate, whether or not the ones before have been answered. */
const [, , port, token, user] = process.argv;
const PACE_MS = 100;
const PATIENCE_MS = 15_000;
const PATCH = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'nickName', value: 'x' }],
});
const agent = new Agent({ keepAlive: true });

let samples: Promise<Sample>[] = [];
let timer: NodeJS.Timeout | undefined;
let sent = 0;

function send(): void {
  const isWrite = (sent += 1) % 4 === 0;
  const body = isWrite ? PATCH.replace('"x"', `"${sent}"`) : '';
  const begun = performance.now();
  const path = `/standard/scim/v2/Users/${user}`;
  const sample = new Promise<number>((resolve) => {
    const outgoing = request({
      ...{ host: '127.0.0.1', port, path, agent, method: isWrite ? 'PATCH' : 'GET' },
      headers: {
        Authorization: `Bearer ${token}`,
        ...(isWrite && { 'Content-Type': 'application/scim+json', 'Content-Length': body.length }),
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    outgoing.on('response', (answer) => {
      answer.on('end', () => resolve(answer.statusCode ?? 0)).on('error', () => resolve(0));
      answer.resume();
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
  samples.push(sample.then((status) => ({ begun, status, milliseconds: performance.now() - begun })));
}

async function handle(order: BystanderOrder): Promise<void> {
  if (order === 'begin') {
    samples = [];
    timer = setInterval(send, PACE_MS);
    return;
  }
  clearInterval(timer);
  process.send?.(await Promise.all(samples));
}
process.on('message', (order: BystanderOrder) => void handle(order));
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
