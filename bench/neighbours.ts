import { measurePair, type Pair, report } from './measure.js';
import { type BenchClient, withService } from './service.js';

/** Compares reads of one company on a quiet service with those beside 200 adds at once of another company. */
const WRITERS = 200;
const MEMBERS = 50;
const READS = 100;
const SERIES = 5;
const LIMIT = 3;

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

await withService(async (service) => {
  const busy = (await service.company('busy')).client;
  const quiet = (await service.company('quiet')).client;
  const group = await make(busy, '/Groups', { schemas: [GROUP], displayName: 'busy' });
  const members: string[] = [];
  for (let index = 0; index < MEMBERS; index += 1)
    members.push(await make(busy, '/Users', { schemas: [USER], userName: `user-${index}` }));
  const reader = await make(quiet, '/Users', { schemas: [USER], userName: 'reader' });
  const read = async (): Promise<number> => (await quiet.send('GET', `/Users/${reader}`)).milliseconds;
  await measurePair(READS, read, read);
  const series: Pair[] = [];
  for (let index = 0; index < SERIES; index += 1) {
    const { first } = await measurePair(READS, read, read);
    const stop = writeUntilStopped(busy, group, members);
    const { second } = await measurePair(READS, read, read);
    const writes = await stop();
    if (writes < WRITERS) throw new Error(`only ${writes} adds were made beside the reads`);
    series.push({ first, second, ratio: second / first });
  }
  report('reads of another company', ['quiet', `beside ${WRITERS} adds`], series, LIMIT);
});

/** Keeps as many adds under way until the function that it returns is called, which tells how many there were. */
function writeUntilStopped(
  client: BenchClient,
  group: string,
  members: readonly string[],
): () => Promise<number> {
  let writes = 0;
  let running = true;
  const write = async (): Promise<void> => {
    while (running) {
      const value = [{ value: members[writes % members.length] }];
      const Operations = [{ op: 'add', path: 'members', value }];
      await client.send('PATCH', `/Groups/${group}`, { schemas: [PATCH_OP], Operations });
      writes += 1;
    }
  };
  const writers = Array.from({ length: WRITERS }, write);
  return async () => {
    running = false;
    await Promise.all(writers);
    return writes;
  };
}

async function make(client: BenchClient, path: string, resource: object): Promise<string> {
  return (JSON.parse((await client.send('POST', path, resource)).body) as { id: string }).id;
}
