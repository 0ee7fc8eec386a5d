import { type Work } from '../../src/protocol/work.js';

/** Carries a work out. @returns in how many pieces it could have gone */
export function piecesOf(work: Work<unknown>): number {
  let pieces = 1;
  while (work.next().done !== true) pieces += 1;
  return pieces;
}
