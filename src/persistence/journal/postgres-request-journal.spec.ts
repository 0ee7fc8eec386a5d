import { type JournaledRequest } from '../../scim/request-journal.js';
import { type Statement } from '../transaction/company-transaction.js';
import { PostgresRequestJournal } from './postgres-request-journal.js';

interface Row {
  readonly credential_id?: string;
  readonly detail?: { readonly repeats?: number };
}

let written: Row[];
let journal: PostgresRequestJournal;

beforeEach(() => {
  written = [];
  const runOutsideCompany = ({ values }: Statement): Promise<unknown> => {
    written.push(...(JSON.parse(String(values?.[0])) as Row[]));
    return Promise.resolve({ rows: [], rowCount: 0 });
  };
  journal = new PostgresRequestJournal({ runOutsideCompany } as never);
});

function refuse(credential: string, times: number, reason?: JournaledRequest['reason']): void {
  for (let each = 0; each < times; each += 1) {
    journal.note({
      ...{ company: 'acme', txn: 'x', credential: { id: credential, name: credential }, durationMs: 1 },
      ...{ operation: 'list', outcome: 'refused', status: reason === 'rate' ? 429 : 400, reason },
      ...{ requestId: 'x', traceId: undefined, client: undefined, surface: 'standard' },
    });
  }
}

/** How often requests of each credential were refused, by what is written. */
async function counts(): Promise<Readonly<Record<string, number>>> {
  await journal.flush();
  const found: Record<string, number> = {};
  for (const { credential_id: id = 'nobody', detail } of written)
    found[id] = (found[id] ?? 0) + (detail?.repeats ?? 1);
  return found;
}

const each = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `c${from + index}`);

describe('refused requests that are counted', () => {
  it.each([['rate' as const], [undefined]])(
    'are those of their credential, however many others there are (%s)',
    async (reason) => {
      if (reason === undefined) refuse('first', 200);
      for (const credential of each(1, 51)) refuse(credential, 1, reason);
      refuse('c1', 500, reason);
      const { first: _first, ...found } = await counts();
      expect(found).toEqual({ ...Object.fromEntries(each(1, 51).map((id) => [id, 1])), c1: 501 });
    },
  );

  it('are one row beyond fifty kinds, which names no credential if they are of several', async () => {
    for (const credential of each(1, 60)) refuse(credential, 10, 'rate');
    expect(await counts()).toEqual({ ...Object.fromEntries(each(1, 50).map((id) => [id, 10])), nobody: 100 });
    expect(written).toHaveLength(51);
  });

  it('name the credential beyond fifty kinds, too, if they are all of one', async () => {
    for (const credential of each(1, 50)) refuse(credential, 1, 'rate');
    refuse('last', 30, 'rate');
    expect(await counts()).toMatchObject({ c50: 1, last: 30 });
  });
});
