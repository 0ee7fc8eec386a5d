import { FeedMirror, type CompanyState } from '../support/feed-mirror.js';

/** What a mirror is to follow. */
export interface Followed {
  readonly base: string;
  readonly credential: string;
  readonly companies: readonly string[];
}

/** What it saw, and what it has in the end. */
export interface Mirrored {
  /** From the moment at which each change was made, to that at which the mirror had it, in milliseconds. */
  readonly delays: readonly number[];
  readonly states: Readonly<Record<string, CompanyState>>;
}

const WAIT_SECONDS = 5;
let ending = false;

/** Follows until it is told that nothing more is written, and then until nothing is left. */
async function follow({ base, credential, companies }: Followed): Promise<Mirrored> {
  const mirror = new FeedMirror(base, credential);
  for (const slug of companies) await mirror.begin(slug);
  process.send?.('following');
  const delays: number[] = [];
  for (;;) {
    const last = ending;
    const { more } = await mirror.follow(last ? 0 : WAIT_SECONDS, ({ time }) =>
      delays.push(Date.now() - Date.parse(time)),
    );
    if (last && !more) break;
  }
  const states = companies.map((slug) => [slug, mirror.company(slug).state()] as const);
  return { delays, states: Object.fromEntries(states) };
}

process.once('message', (followed: Followed) => {
  process.on('message', () => (ending = true));
  void follow(followed).then((mirrored) => process.send?.(mirrored));
});
process.once('disconnect', () => process.exit(0));
