import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { MembershipCache, RollcallClient } from 'rollcall-client';

// BASE=… TOKEN=… COMPANY=… FILE=… node follower.mjs
//
// A service that keeps a copy of a company in a file, with its position, and goes on from there when it is started again. It
// prints what it does, a line each.
const { BASE = '', TOKEN = '', COMPANY = '', FILE = '' } = process.env;
const cache = new MembershipCache();

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line}\n`);

/** Data and position at once: a file is replaced as a whole. */
function keep() {
  const { position, records } = cache.snapshot();
  const lines = [{ position }, ...records].map((line) => JSON.stringify(line));
  writeFileSync(`${FILE}.new`, lines.join('\n'));
  renameSync(`${FILE}.new`, FILE);
}

async function load() {
  const [head = '', ...lines] = readFileSync(FILE, 'utf8').split('\n');
  const records = lines.map((line) => JSON.parse(line));
  async function* inTurn() {
    await Promise.resolve();
    yield* records;
  }
  await cache.replace({ position: JSON.parse(head).position, records: inTurn() });
}

if (existsSync(FILE)) await load();
const client = new RollcallClient({
  baseUrl: BASE,
  token: TOKEN,
  onRetry: ({ name }) => say(`again ${name}`),
});
await client.follow(COMPANY, {
  position: () => cache.position(),
  async replace(snapshot) {
    say('snapshot');
    await cache.replace(snapshot);
    keep();
  },
  apply(page) {
    cache.apply(page);
    keep();
    say(`page ${page.changes.length}`);
  },
});
