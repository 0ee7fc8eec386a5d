import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access/decorators.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { DatabaseProbe } from './database.probe.js';

/** For load balancers and container platforms. */
@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly database: DatabaseProbe) {}

  /** The process answers. */
  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** The database answers too; 503 where it does not. */
  @Get('ready')
  async ready(): Promise<{ status: string }> {
    if (!(await this.database.answers())) throw new UnavailableError('The database does not answer.', 5);
    return { status: 'ok' };
  }
}
