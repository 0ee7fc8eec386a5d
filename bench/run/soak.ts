import { withDatabase } from '../database.js';
import { withClients } from '../load/closed-loop.js';
import { findPace, openLoop } from '../load/open-loop.js';
import { median } from '../measure.js';
import { residentMemory } from '../processes/proc.js';
import { writeSoak } from './report.js';
import { showProgress } from './show-progress.js';
import { SteadyMix } from './steady-mix.js';
import { startRollcall } from './world.js';

const COMPANIES = 40;
/** Requests a second, where the machine carries that. */
const PER_SECOND = 400;
const CONNECTIONS = 80;
/** How many samples a soak has, whatever it takes. */
const SAMPLES = 60;

/** Sends steadily for so many minutes, and writes how the memory went. */
export async function soak(minutes: number): Promise<void> {
  const progress = showProgress();
  await withDatabase(async (database) => {
    const server = await startRollcall(database);
    const memory: number[] = [];
    let perSecond = PER_SECOND;
    let unserved = 0;
    await withClients(server.port, CONNECTIONS, async (clients) => {
      const { request } = await SteadyMix.create(database, clients[0]!, COMPANIES);
      perSecond = await findPace(clients, PER_SECOND, request);
      progress.begin(SAMPLES);
      const every = (minutes * 60_000) / SAMPLES;
      const watch = setInterval(() => {
        memory.push(residentMemory(server.pid));
        progress.advance('soak');
      }, every);
      ({ unserved } = await openLoop(clients, { perSecond, seconds: minutes * 60 }, request).finally(() => {
        clearInterval(watch);
        progress.end();
      }));
    });
    await server.stop();
    const fifth = Math.floor(memory.length / 5);
    const growth = median(memory.slice(-fifth)) - median(memory.slice(fifth, 2 * fifth));
    await writeSoak(database, { minutes, perSecond, unserved, memory, growth });
  });
}
