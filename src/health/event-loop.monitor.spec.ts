import { setTimeout as sleep } from 'node:timers/promises';
import { EventLoopMonitor } from './event-loop.monitor.js';

it('notices a block in the middle of which one window ends and the next begins', async () => {
  const monitor = new EventLoopMonitor();
  monitor.onApplicationBootstrap();
  await sleep(4500);
  // With a timer that is due earlier, the end of the window comes before the delay is noted.
  setTimeout(() => undefined, 1);
  const blockedUntil = performance.now() + 1000;
  while (performance.now() < blockedUntil);
  await sleep(200);
  expect(monitor.longestBlock()).toBeGreaterThan(700);
  monitor.onModuleDestroy();
}, 20_000);
