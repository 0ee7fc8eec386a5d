import { type FeedStore } from './feed.store.js';
import { FeedWatch } from './feed-watch.js';

/** A feed whose head is given, and whose first answer comes when `answer` is called. */
class SlowFeed implements Pick<FeedStore, 'onMoved' | 'news'> {
  head = 10;
  moved: () => void = () => undefined;
  answer: (() => void) | undefined;

  onMoved(listener: () => void): void {
    this.moved = listener;
  }

  async news(behind: string | undefined): Promise<{ head: string; companies: string[] }> {
    if (behind === undefined) await new Promise<void>((resolve) => (this.answer = resolve));
    return {
      head: String(this.head),
      companies: behind !== undefined && Number(behind) < this.head ? ['1'] : [],
    };
  }
}

it('a reader that opened while the first look was under way is woken by what came since it has read', async () => {
  const feed = new SlowFeed();
  const watch = new FeedWatch(feed as unknown as FeedStore, { feedWaiters: 100 });
  const first = watch.open({ id: 'first', companies: ['2'] });
  await expect.poll(() => feed.answer).toBeDefined();
  const second = watch.open({ id: 'second', companies: ['1'] });
  // It reads the feed now, and then a change of its company gets the next place.
  feed.head = 11;
  feed.moved();
  feed.answer?.();
  const outcome = await Promise.race([
    second.changed(20_000).then(() => 'woken'),
    new Promise((resolve) => setTimeout(resolve, 10_000, 'not woken')),
  ]);
  expect(outcome).toBe('woken');
  first.close();
  second.close();
  watch.onModuleDestroy();
});
