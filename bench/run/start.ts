import { setTimeout as sleep } from 'node:timers/promises';
import { type Progress } from '../../src/demo/progress.js';
import { withDatabase, withFolder } from '../database.js';
import { median } from '../measure.js';
import { residentMemory } from '../processes/proc.js';
import { startRollcall } from './world.js';

const STARTS = { full: 5, quick: 3 };
/** How long a started server is left alone before its memory is read, in milliseconds. */
const REST_MS = 1500;

/** What a start of the compiled program takes; medians. */
export interface StartFigures {
  /** Until it says that it is ready, in milliseconds: beside a database server that runs, and with its own. */
  readonly besideServer: number;
  readonly withServer: number;
  /** Resident memory afterwards, in bytes. */
  readonly memory: number;
}

const startsOf = (quick: boolean): number => (quick ? STARTS.quick : STARTS.full);

/** How many steps {@link measureStart} takes. */
export const startSteps = (quick: boolean): number => 2 * startsOf(quick);

/** Starts the program again and again on a database that exists. */
export async function measureStart(quick: boolean, progress: Progress): Promise<StartFigures> {
  const measure = async (folder: string): Promise<Starts> => {
    await (await startRollcall({ folder })).stop();
    return startSeveral(startsOf(quick), folder, progress);
  };
  const withServer = await withFolder(measure);
  let besideServer = withServer;
  await withDatabase(async ({ folder }) => {
    besideServer = await measure(folder);
  });
  return { besideServer: besideServer.time, withServer: withServer.time, memory: besideServer.memory };
}

/** Medians of several starts. */
interface Starts {
  readonly time: number;
  readonly memory: number;
}

async function startSeveral(starts: number, folder: string, progress: Progress): Promise<Starts> {
  const times: number[] = [];
  const memories: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const server = await startRollcall({ folder });
    await sleep(REST_MS);
    times.push(server.startUp);
    memories.push(residentMemory(server.pid));
    await server.stop();
    progress.advance('starts');
  }
  return { time: median(times), memory: median(memories) };
}
