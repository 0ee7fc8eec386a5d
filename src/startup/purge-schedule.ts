import { type Logger } from 'pino';
import { type Administration } from '../administration/administration.js';
import { HOURLY } from '../scim/repeated-task.js';
import { OwnerSchedule } from './owner-schedule.js';

/** Removes deleted companies when their grace is over, beside the service and at its pace. */
export class PurgeSchedule extends OwnerSchedule {
  constructor(directUrl: string, logger: Logger) {
    super(directUrl, logger, 'deleted companies could not be removed', HOURLY);
  }

  protected override async work({ purge }: Administration): Promise<void> {
    for (const company of await purge.findDue()) {
      if (this.stopped) return;
      await purge.purgeCompany(company);
      this.logger.info({ company }, 'a deleted company was removed');
    }
  }
}
