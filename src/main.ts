import 'reflect-metadata';
import cluster from 'node:cluster';
import { loadEnvironment } from './config/environment.js';
import { readSettings, warningsAbout } from './config/read-settings.js';
import { StartupError } from './config/startup-error.js';
import { stopRequested } from './startup/stop-request.js';
import { runWorker, say } from './startup/worker.js';
import { makeObjectsYoung } from './startup/young-objects.js';

async function main(): Promise<void> {
  makeObjectsYoung();
  try {
    const environment = loadEnvironment();
    const settings = readSettings(environment);
    if (cluster.isWorker) await runWorker(settings);
    else {
      const stopped = stopRequested();
      for (const line of warningsAbout(environment)) process.stderr.write(`${line}\n`);
      // Loaded only now, so that wrong settings are told at once.
      const { runServer } = await import('./startup/server.js');
      await runServer(settings, stopped);
    }
    process.exit(0);
  } catch (error) {
    const line = await describeFailure(error);
    if (cluster.isWorker) await say({ refusal: line });
    else process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}

async function describeFailure(error: unknown): Promise<string> {
  if (error instanceof StartupError) return error.message;
  const { describeRefusal } = await import('./startup/database-refusal.js');
  return describeRefusal(error) ?? (error as Error).stack ?? String(error);
}

void main();
