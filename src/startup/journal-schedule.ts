import { commandOf } from '../config/command.js';
import { type Logger } from 'pino';
import { type Administration } from '../administration/administration.js';
import { OwnerSchedule } from './owner-schedule.js';

const DAILY = { first: 5_000, interval: 86_400_000 };
/** More entries than can be moved out of the default partition in a second are left to an operator. */
const MOST_MOVED = 100_000;

/** Makes the journal's partitions and removes what is too old, of it and of what was deleted, beside the service. */
export class JournalSchedule extends OwnerSchedule {
  /** @param deletedRetentionDays how long what was deleted can be brought back */
  constructor(
    directUrl: string,
    logger: Logger,
    private readonly deletedRetentionDays: number,
  ) {
    super(directUrl, logger, 'the journal could not be looked after', DAILY);
  }

  protected override async work({ journal, deleted }: Administration): Promise<void> {
    const swept = await deleted.sweep(this.deletedRetentionDays);
    if (swept > 0) this.logger.info({ swept }, 'what was deleted long ago was removed for good');
    const report = await journal.maintain({ most: MOST_MOVED });
    if (report === null) return;
    const { made, dropped, removed, trimmed, moved, strays } = report;
    if (made + dropped.length + removed + trimmed + moved > 0) {
      this.logger.info({ made, dropped, removed, trimmed, moved }, 'the journal was looked after');
    }
    if (strays > 0) {
      this.logger.warn(
        { strays },
        `entries of the journal are in its default partition; give them their own: ${commandOf('maintain')}`,
      );
    }
  }
}
