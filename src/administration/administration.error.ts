/** What is wrong with what was asked for: it is not allowed, it names nothing, or it clashes with what there is. */
export type AdministrationFault = 'invalid' | 'unknown' | 'conflict';

/**
 * Something impossible was asked for. The message says why, in one line, and is printed by the command line as it is:
 * `detail` and, where there is a command that helps, that one.
 */
export class AdministrationError extends Error {
  /**
   * @param detail why it is impossible, for people: a sentence
   * @param hint what to do on the command line: `company list`, as it stands behind `rollcall`
   */
  constructor(
    readonly detail: string,
    readonly fault: AdministrationFault = 'invalid',
    hint?: string,
  ) {
    super(hint === undefined ? detail : `${detail.replace(/\.$/, '')}; see: ${commandOf(hint)}`);
    this.name = 'AdministrationError';
  }
}
import { commandOf } from '../config/command.js';
