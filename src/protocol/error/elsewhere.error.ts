import { UnavailableError } from './unavailable.error.js';

/** What the last changes of a company take to go over, and how often a router is asked again, in seconds. */
const MOVING_SECONDS = 1;
const MOVED_SECONDS = 10;

/**
 * 503: the company is served by another cell, or will be in a moment. It is put off and not refused, since identity providers
 * repeat what is put off, and give up what is refused.
 */
export class ElsewhereError extends UnavailableError {
  override readonly reason = 'moving';

  /** @param where `moving` for a write while the last changes go over; else where the company is: a cell, or `arriving` */
  constructor(where: string, options?: ErrorOptions) {
    super(messageOf(where), where === 'moving' ? MOVING_SECONDS : MOVED_SECONDS, options);
    this.name = 'ElsewhereError';
  }
}

function messageOf(where: string): string {
  if (where === 'moving') {
    return 'This company is being moved to another cell: its writes are refused for some seconds, its reads are served.';
  }
  if (where === 'arriving') {
    return 'This company is on its way to this cell, and still served by the one that it comes from: the router has to send its requests there.';
  }
  return `This company was moved to cell ${where}: the router has to send its requests there.`;
}
