import cluster, { type Worker } from 'node:cluster';
import { type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger } from 'pino';
import { type ServiceSettings } from '../config/settings.js';
import { StartupError } from '../config/startup-error.js';
import { listen, type RunningService } from './service.js';
import { BEAT_MS, type FromWorker, type ToWorker, type WorkerStart } from './worker-messages.js';

/**
 * After how many looks without a sign of life a worker is taken for stuck. Looks are counted instead of time, so that
 * workers are not blamed where the whole machine was asleep.
 */
const LOOKS = 10;
/** How long to wait before the next attempt where a new worker could not start. */
const PAUSE_MS = 1000;
/** How much longer than `drainTimeout` a worker may take to end. */
const END_MARGIN_MS = 5000;

/**
 * Starts the service in `WORKERS` processes that share one port. One that dies, or whose event loop is stuck for ten
 * seconds, is replaced.
 *
 * @param databaseUrl URL of a migrated database
 * @throws StartupError where a worker can't start
 */
export async function startWorkers(
  settings: ServiceSettings,
  databaseUrl: string,
  logger: Logger,
): Promise<RunningService> {
  // Each worker accepts connections itself. One that is dead or stuck accepts none, while the main process would go on
  // handing it some, which nobody would ever answer.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const { RateLimiterClusterMaster } = await import('rate-limiter-flexible');
  // It answers the limiters of the workers.
  new RateLimiterClusterMaster();
  const { secretKey, secretsKeys, ownerUrl, adminToken, drainTimeout } = settings;
  const first = {
    ...{ databaseUrl, secretKey, secretsKeys },
    ...(ownerUrl !== undefined && { ownerUrl }),
    ...(adminToken !== undefined && { adminToken }),
  };
  const workers = new Workers(first, logger, drainTimeout);
  try {
    const [port = 0] = await Promise.all(Array.from({ length: settings.workers }, () => workers.start()));
    const metrics = await serveMetrics(settings);
    return {
      port,
      stop: async () => {
        await workers.stop();
        metrics?.close();
      },
    };
  } catch (error) {
    await workers.kill();
    throw error;
  }
}

/** Serves what all workers have measured. */
async function serveMetrics({ metrics }: ServiceSettings): Promise<Server | undefined> {
  if (metrics === undefined) return undefined;
  const [{ AggregatorRegistry }, { createMetricsServer }] = await Promise.all([
    import('prom-client'),
    import('../metrics/metrics-server.js'),
  ]);
  const all = new AggregatorRegistry();
  const { contentType } = all;
  const server = createMetricsServer({ contentType, metrics: () => all.clusterMetrics() });
  await listen(server, { ...metrics, setting: 'METRICS_PORT' });
  return server;
}

class Workers {
  /** How many checks ago each worker that serves last gave a sign of life. */
  private readonly silence = new Map<Worker, number>();
  private readonly looks = setInterval(() => this.lookForStuck(), BEAT_MS);
  private stopping = false;

  constructor(
    private readonly first: WorkerStart,
    private readonly logger: Logger,
    private readonly drainTimeout: number,
  ) {}

  /** Starts a worker. Resolves with its port when it listens; from then on it is replaced when it ends. */
  start(): Promise<number> {
    const worker = cluster.fork();
    // A message that can't be sent is no fault: the event `exit` tells that the worker has ended.
    worker.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        // A message to a worker that does not listen for messages yet would be lost.
        if ('ready' in message) return tell(worker, this.stopping ? { stop: true } : this.first);
        if ('refusal' in message) return reject(new StartupError(message.refusal));
        if ('port' in message) resolve(message.port);
        if ('port' in message || 'beat' in message) this.silence.set(worker, 0);
      });
      worker.once('exit', (code: number, signal: string | null) => {
        const end = signal ?? `code ${code}`;
        reject(new StartupError(`A worker process ended before it could serve (${end}).`));
        if (this.silence.delete(worker) && !this.stopping) void this.replace(worker, end);
      });
    });
  }

  /** Ends all workers. */
  async stop(): Promise<void> {
    const kill = setTimeout(() => forked().forEach(killWorker), this.drainTimeout + END_MARGIN_MS);
    await this.end((worker) => tell(worker, { stop: true }));
    clearTimeout(kill);
  }

  /**
   * Ends all workers at once, where the service can't start. One that still starts while the main process is gone
   * would end with a stack trace of its own.
   */
  kill(): Promise<void> {
    return this.end(killWorker);
  }

  private async end(one: (worker: Worker) => void): Promise<void> {
    this.stopping = true;
    clearInterval(this.looks);
    await Promise.all(
      forked().map(async (worker) => {
        // Node's `once` would fail where the worker could not be told any more.
        const ended = new Promise((resolve) => worker.once('exit', resolve));
        one(worker);
        await ended;
      }),
    );
  }

  private async replace({ process: { pid } }: Worker, end: string): Promise<void> {
    this.logger.error({ worker: pid, end }, 'a worker process ended; another one takes its place');
    while (!this.stopping) {
      try {
        await this.start();
        return;
      } catch (error) {
        if (this.stopping) return;
        this.logger.error({ err: error }, 'no worker process could take its place yet');
        await sleep(PAUSE_MS);
      }
    }
  }

  private lookForStuck(): void {
    for (const [worker, silence] of this.silence) {
      this.silence.set(worker, silence + 1);
      if (silence === LOOKS) {
        this.logger.error({ worker: worker.process.pid }, 'the event loop of a worker process is stuck');
        killWorker(worker);
      }
    }
  }
}

/** The workers that run. Node keeps one that has ended until its channel is closed too. */
function forked(): Worker[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) =>
    worker?.isDead() === false ? [worker] : [],
  );
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

/** A worker that is stuck would not notice any other signal. */
function killWorker(worker: Worker): void {
  worker.process.kill('SIGKILL');
}
