import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Query, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Public } from '../access/decorators.js';
import { invalidValue } from '../protocol/error/scim-error.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { NONCE, proveDeployment } from '../scim/deployment-proof.js';
import { SecretKey } from '../scim/secret-key.js';
import { DatabaseProbe } from './database.probe.js';
import { EventLoopMonitor } from './event-loop.monitor.js';

/** How long the database may take to answer, in milliseconds, so that the whole answer takes less than a second. */
const DATABASE_LIMIT_MS = 700;
/** The longest block of the event loop with which the server still counts as ready, in milliseconds. */
const LONGEST_BLOCK_MS = 2000;
const RETRY_AFTER_SECONDS = 5;

/** Health checks for load balancers and container platforms. */
@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseProbe,
    private readonly loop: EventLoopMonitor,
    private readonly key: SecretKey,
  ) {}

  /** Always 200. */
  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /**
   * 200 if requests are served as they should be. 503 where the database does not answer at once, takes no writes or has
   * no connection left, the event loop was blocked a moment ago, or the server is stopping.
   */
  @Get('ready')
  async ready(): Promise<{ status: string }> {
    try {
      const { status } = await this.health.check([() => this.checkLoop(), () => this.checkDatabase()]);
      return { status };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      throw new UnavailableError(faultIn(error), RETRY_AFTER_SECONDS);
    }
  }

  /**
   * Lets a deployment see whether an address leads to itself.
   *
   * @throws ScimError 400 for what is no nonce
   */
  @Get('proof')
  prove(@Query('nonce') nonce: unknown): { proof: string } {
    if (typeof nonce === 'string' && NONCE.test(nonce)) return { proof: proveDeployment(this.key, nonce) };
    throw invalidValue('nonce is 22 to 64 letters, digits, - and _');
  }

  private checkLoop(): HealthIndicatorResult {
    const indicator = this.indicators.check('eventLoop');
    const block = this.loop.longestBlock();
    return block > LONGEST_BLOCK_MS
      ? indicator.down(`The server did nothing else for ${Math.round(block)} ms a moment ago.`)
      : indicator.up();
  }

  private async checkDatabase(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    const fault = await Promise.race([
      this.database.findFault(),
      sleep(DATABASE_LIMIT_MS, 'The database does not answer.', { ref: false }),
    ]);
    return fault === undefined ? indicator.up() : indicator.down(fault);
  }
}

/** What the first indicator that is down says. */
function faultIn(error: ServiceUnavailableException): string {
  const { error: down = {} } = error.getResponse() as { error?: Record<string, { message?: string }> };
  const [first] = Object.values(down);
  return first?.message ?? 'The server is stopping.';
}
