import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access/decorators.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { DatabaseProbe } from './database.probe.js';

/** Health checks for load balancers and container platforms. */
@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly database: DatabaseProbe) {}

  /** Always 200. */
  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** 200 if the database answers, else 503. */
  @Get('ready')
  async ready(): Promise<{ status: string }> {
    if (!(await this.database.answers())) throw new UnavailableError('The database does not answer.', 5);
    return { status: 'ok' };
  }
}
