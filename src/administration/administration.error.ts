import { commandOf } from '../config/command.js';

/** What is wrong with what was asked for: it is not allowed, it names nothing, or it clashes with what there is. */
export type AdministrationFault = 'invalid' | 'unknown' | 'conflict';

/**
 * An administrator asked for something impossible. The admin API answers with `detail`. The command line prints `message`:
 * the same sentence and, where a command helps, that command.
 */
export class AdministrationError extends Error {
  /**
   * @param detail why it is impossible, for people: a sentence
   * @param hint a command that helps, as it stands behind `rollcall`: `company list`
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
