import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

const RESOLUTION_MS = 50;
const WINDOW_MS = 5000;
const NANOSECONDS_PER_MS = 1e6;

const newMonitor = (): IntervalHistogram => monitorEventLoopDelay({ resolution: RESOLUTION_MS });

/** Watches how long the event loop is blocked at a stretch, which is how long all requests wait. */
@Injectable()
export class EventLoopMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  /**
   * They are reset in turn, so that there is always one that looks back for a whole window. The one that is reset loses
   * a block that is not over yet.
   */
  private readonly delays: [IntervalHistogram, IntervalHistogram] = [newMonitor(), newMonitor()];
  private readonly timer = setInterval(() => this.startWindow(), WINDOW_MS).unref();

  /** Begins when the service has started: before that, nobody waits for the loop. */
  onApplicationBootstrap(): void {
    for (const each of this.delays) each.enable();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const each of this.delays) each.disable();
  }

  /** The longest block of the last five to ten seconds, in milliseconds. */
  longestBlock(): number {
    return Math.max(...this.delays.map(({ max }) => max)) / NANOSECONDS_PER_MS;
  }

  private startWindow(): void {
    this.delays.reverse();
    this.delays[0].reset();
  }
}
