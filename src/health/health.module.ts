import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { EventLoopMonitor } from './event-loop.monitor.js';
import { HealthController } from './health.controller.js';

/** A failed check is told to who asks; the log has it as a request. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [EventLoopMonitor],
})
export class HealthModule {}
