import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { EventLoopMonitor } from './event-loop.monitor.js';
import { HealthController } from './health.controller.js';

/** Terminus need not log a failed check: whoever asks is told, and the log has the request. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [EventLoopMonitor],
})
export class HealthModule {}
