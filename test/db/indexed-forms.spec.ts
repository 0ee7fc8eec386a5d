import { StartupError } from '../../src/config/startup-error.js';
import { AttributeForms } from '../../src/persistence/indexed-forms/attribute-forms.js';
import { IndexedForms } from '../../src/persistence/indexed-forms/indexed-forms.js';
import { ReindexedError } from '../../src/persistence/transaction/transaction-errors.js';
import { attribute } from '../../src/protocol/schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type SchemaRegistry } from '../../src/protocol/schema/schema-registry.js';
import { type AttributeDefinition } from '../../src/protocol/schema/schema.js';
import { FOLDING_VERSION } from '../../src/protocol/text/fold-case.js';
import { USER_BADGE, withBadges } from '../support/badge.schema.js';
import { StoreRig } from './store-rig.js';

const READ = { groups: false, manager: false };

const withBadge = (...attributes: AttributeDefinition[]): SchemaRegistry => withBadges(attributes);
const code = (characteristics: Partial<AttributeDefinition> = {}): AttributeDefinition =>
  attribute('code', 'What stands on it.', characteristics);
const BADGE = withBadge(code());

let rig: StoreRig;
beforeEach(async () => {
  rig = await StoreRig.open();
});
afterEach(() => rig.close());

const start = (schemas: SchemaRegistry): Promise<void> =>
  new IndexedForms(schemas).load((statement) => rig.transaction.runOutsideCompany(statement));

async function refusal(schemas: SchemaRegistry): Promise<string> {
  const error: unknown = await start(schemas).catch((thrown: unknown) => thrown);
  if (!(error instanceof StartupError)) throw new Error('the start was not refused');
  return error.message;
}

async function setFolding(version: number): Promise<void> {
  await rig.admin.query(
    `UPDATE settings SET value = jsonb_set(value::jsonb, '{folding}', $1::jsonb)::text WHERE key = 'comparison'`,
    [String(version)],
  );
}

async function searchOf(userName: string): Promise<unknown> {
  const { rows } = await rig.admin.query<{ badge: unknown }>(
    `SELECT search -> $1 AS badge FROM users WHERE attributes ->> 'userName' = $2`,
    [USER_BADGE, userName],
  );
  return rows[0]?.badge;
}

describe('a start', () => {
  it('finds in a new database the folding of the program', async () => {
    const { rows } = await rig.admin.query(`SELECT value::jsonb -> 'folding' AS folding FROM settings
      WHERE key = 'comparison'`);
    expect(rows).toEqual([{ folding: FOLDING_VERSION }]);
    await start(BUILT_IN_RESOURCE_TYPES);
  });

  it('is refused where texts were folded by another version, older or newer', async () => {
    for (const version of [FOLDING_VERSION - 1, FOLDING_VERSION + 1]) {
      await setFolding(version);
      const line = await refusal(BUILT_IN_RESOURCE_TYPES);
      expect(line).toContain(`folded by version ${version} and this program has version ${FOLDING_VERSION}`);
      expect(line).toContain('rollcall -- reindex');
      expect(line).not.toContain('\n');
    }
  });

  it.each([
    ['caseExact', code({ caseExact: true }), 'was string and is string caseExact now'],
    ['type', code({ type: 'dateTime' }), 'was string and is dateTime now'],
    [
      'kind of reference',
      code({ type: 'reference', caseExact: true, referenceTypes: ['User'] }),
      'was string and is reference caseExact resource now',
    ],
    ['uniqueness', code({ uniqueness: 'server' }), 'was string and is string unique now'],
  ])('CHAR-05 is refused where the %s of a known attribute changed', async (_what, changed, words) => {
    await start(BADGE);
    expect(await refusal(withBadge(changed))).toContain(`${USER_BADGE}:code ${words}`);
    await start(BADGE);
  });

  it('takes new attributes, remembers those that are gone, and notices one that comes back changed', async () => {
    await start(withBadge(code(), attribute('colour', 'Of the badge.')));
    await start(BUILT_IN_RESOURCE_TYPES);
    await start(BADGE);
    expect(await refusal(withBadge(attribute('colour', 'Of it.', { caseExact: true })))).toContain(
      `${USER_BADGE}:colour`,
    );
  });

  it('is no different for descriptions, and for caseExact of what is no text', async () => {
    await start(withBadge(code({ type: 'integer', multiValued: true })));
    await start(withBadge(code({ type: 'integer', caseExact: true, description: 'Another.' })));
  });
});

describe('a process whose schemas lack an attribute that others have', () => {
  it('goes on writing, and keeps the compared form of the values that it does not know', async () => {
    const acme = await rig.company();
    const { id } = await rig.users.insert(acme, { userName: 'ada', [USER_BADGE]: { code: 'ABC' } }, READ);
    expect(await searchOf('ada')).toEqual({ code: 'ABC' });
    await start(BADGE);
    await rig.users.update(acme, id, (before) => ({ ...before, title: 'Countess' }), undefined, READ);
    expect(await searchOf('ada')).toEqual({ code: 'abc' });
    await rig.groups.insert(acme, { displayName: 'Crew' }, { steps: [], references: [] }, { members: false });
  });

  it('is refused its writes, and nothing else, once the database is of another folding', async () => {
    const acme = await rig.company();
    const { id } = await rig.users.insert(acme, { userName: 'ada' }, READ);
    await rig.admin.query(`UPDATE settings SET value = '77' WHERE key = 'comparison_generation'`);
    await setFolding(FOLDING_VERSION + 1);
    const change = (): Promise<unknown> =>
      rig.users.update(acme, id, (before) => ({ ...before, title: 'Countess' }), undefined, READ);
    await expect(change()).rejects.toThrow(ReindexedError);
    await expect(rig.users.insert(acme, { userName: 'bob' }, READ)).rejects.toThrow(ReindexedError);
    await expect(rig.users.delete(acme, id, undefined)).rejects.toThrow(ReindexedError);
    expect((await rig.users.find(acme, id, READ))?.attributes).toEqual({ userName: 'ada' });
    await setFolding(FOLDING_VERSION);
    await change();
  });
});

it('forms survive being printed', () => {
  const forms = AttributeForms.of(withBadge(code({ caseExact: true, uniqueness: 'global' })));
  const read = AttributeForms.read(JSON.parse(JSON.stringify(forms.print())));
  expect(read).toEqual(forms);
  expect([...read.unique]).toEqual([`${USER_BADGE}:code`]);
});
