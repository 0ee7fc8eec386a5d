import cluster from 'node:cluster';
import { type Settings } from '../config/settings.js';
import { openLogger } from '../logging/logger.js';
import { startService } from './service.js';
import { stopRequested } from './stop-request.js';
import { BEAT_MS, type FromWorker, type ToWorker, type WorkerStart } from './worker-messages.js';

/** The least number of connections with which a process can serve several companies side by side. */
const LEAST_POOL = 3;

/** Least numbers with which a client that has all its connections to one process is served as usual. */
const LEAST_REQUESTS = 50;
const LEAST_FAILURES = 20;
const LEAST_WAITERS = 20;

/** Least number of bytes for bodies in flight. A body that is larger has all of them for itself. */
const LEAST_BODIES = 1024 * 1024;

/**
 * Runs the service in a worker process, until the main process asks it to stop or is gone.
 *
 * @param settings those of the whole deployment, of which a worker takes its share
 * @throws StartupError where the service can't start
 */
export async function runWorker(settings: Settings): Promise<void> {
  // A message that can't be sent is no fault: `disconnect` tells that the main process is gone.
  cluster.worker?.on('error', () => undefined);
  const stopped = Promise.race([stopRequested(), toldToStop()]);
  if (settings.metrics) await answerMetrics();
  const told = toldToStart();
  await say({ ready: true });
  const start = await Promise.race([told, stopped]);
  if (start === undefined) return;
  const { databaseUrl, ...known } = start;
  const logger = await openLogger(settings);
  const { port, stop } = await startService({ ...shareOf(settings), ...known }, databaseUrl, logger);
  await say({ port });
  const beats = setInterval(() => void say({ beat: true }), BEAT_MS);
  await stopped;
  clearInterval(beats);
  await stop();
}

/** Lets the main process ask for what was measured, which it may do before there is anything. */
async function answerMetrics(): Promise<void> {
  const { AggregatorRegistry } = await import('prom-client');
  new AggregatorRegistry();
}

/** Tells the main process, where there still is one. */
export async function say(message: FromWorker): Promise<void> {
  if (process.connected) await new Promise((sent) => process.send?.(message, undefined, undefined, sent));
}

/** Limits that hold for a deployment are divided among its processes; rates are counted for all of them together. */
function shareOf(settings: Settings): Settings {
  const share = (whole: number, least: number): number =>
    Math.max(least, Math.floor(whole / settings.workers));
  return {
    ...settings,
    poolSize: share(settings.poolSize, LEAST_POOL),
    spoolLimit: share(settings.spoolLimit, 0),
    spoolCompanyLimit: share(settings.spoolCompanyLimit, 0),
    bodiesInFlight: share(settings.bodiesInFlight, LEAST_BODIES),
    companyBodiesInFlight: share(settings.companyBodiesInFlight, LEAST_BODIES),
    companyRequests: share(settings.companyRequests, LEAST_REQUESTS),
    feedWaiters: share(settings.feedWaiters, LEAST_WAITERS),
    authFailureLimit: share(settings.authFailureLimit, LEAST_FAILURES),
  };
}

/** The libraries that count and measure for all processes send messages too. */
function toldToStart(): Promise<WorkerStart> {
  return new Promise((resolve) => {
    process.on('message', (message: ToWorker) => {
      if ('databaseUrl' in message) resolve(message);
    });
  });
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('disconnect', resolve);
    process.on('message', (message: ToWorker) => {
      if ('stop' in message) resolve();
    });
  });
}
