import { readdirSync, readFileSync } from 'node:fs';
import { childrenOf } from '../../test/support/process.js';

/** Clock ticks of `/proc` in a second. */
const TICKS = 100;
const KIBIBYTE = 1024;

/** The fields of `/proc/<pid>/stat` behind the name of the program; none where the process has ended. */
function statOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
  } catch {
    return [];
  }
}

const milliseconds = (ticks: readonly (string | undefined)[]): number =>
  (ticks.reduce((sum, each) => sum + Number(each ?? 0), 0) * 1000) / TICKS;

/** The processor time of a process with all of its threads, in milliseconds. */
export const processorTime = (pid: number): number => milliseconds(statOf(pid).slice(11, 13));

/** The processor time of a process with one thread, in milliseconds, as exactly as the kernel has it. */
export const threadTime = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

/** The processor time of a process with all of its threads that still run, in milliseconds, as exactly as the kernel has it. */
function exactTime(pid: number): number {
  try {
    const times = readdirSync(`/proc/${pid}/task`).map((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'),
    );
    return times.reduce((sum, each) => sum + Number(each.split(' ')[0]) / 1e6, 0);
  } catch {
    // It has ended.
    return 0;
  }
}

/** The same of several processes by their ids, each with its children. */
export const exactTimes = (pids: readonly number[]): ReadonlyMap<number, number> =>
  new Map(pids.flatMap((pid) => [pid, ...childrenOf(pid)]).map((pid) => [pid, exactTime(pid)]));

/** What was spent from one look at processes to the next, in milliseconds; those that ended meanwhile are left out. */
export const spent = (before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number =>
  [...after].reduce((sum, [pid, time]) => sum + Math.max(0, time - (before.get(pid) ?? 0)), 0);

/** The processor time of a process, of its children, and of those children that have ended, in milliseconds. */
export function familyTime(pid: number): number {
  const own = milliseconds(statOf(pid).slice(11, 15));
  return childrenOf(pid).reduce((sum, child) => sum + processorTime(child), own);
}

/** The resident memory of a process in bytes; NaN where it has ended. */
export function residentMemory(pid: number): number {
  try {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) * KIBIBYTE;
  } catch {
    return NaN;
  }
}
