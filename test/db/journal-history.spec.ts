import fc from 'fast-check';
import { selectGroupsAt, selectMembersAt } from '../../src/persistence/journal/read-history.js';
import { type MembershipPlan } from '../../src/protocol/patch/change-set.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { runs } from '../support/property-runs.js';
import { StoreRig } from './store-rig.js';

// Histories of a company of a few users and groups, so that the same members come and go again and again.

const PLACES = 4;
const BARE = { groups: false, manager: false };
const ALONE = { members: false };
/** Long enough for everything that is in a model. */
const ALL = { behind: undefined, count: 1000 };

interface Delta {
  readonly clear: boolean;
  readonly add: readonly number[];
  readonly remove: readonly number[];
}

/** Places of users are 0 to 3, those of groups 4 to 7; what is not there is made by the first step that names it. */
type Step =
  | { readonly kind: 'patch' | 'create'; readonly group: number; readonly steps: readonly Delta[] }
  | { readonly kind: 'delete'; readonly place: number };

const place = fc.nat(2 * PLACES - 1);
const group = fc.integer({ min: PLACES, max: 2 * PLACES - 1 });
const places = fc.uniqueArray(place, { maxLength: 4 });
const delta: fc.Arbitrary<Delta> = fc.record({
  clear: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  add: places,
  remove: places,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('patch' as const, 'create' as const),
      group,
      steps: fc.array(delta, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), place }) },
);

/** The members of each group, by ids. */
type State = ReadonlyMap<string, ReadonlySet<string>>;

/** What the model knew when a change was the newest. */
interface Instant {
  /** The newest entry of the journal, in decimal digits; `0` for none. */
  readonly last: string;
  readonly state: State;
}

let rig: StoreRig;

beforeAll(async () => {
  rig = await StoreRig.open();
});
afterAll(async () => {
  await rig.close();
});

/** A company and its model, which is changed in the same way. */
class Story {
  readonly instants: Instant[] = [];
  /** Everything that ever was, by id. */
  readonly known = new Set<string>();
  private readonly ids = new Map<number, string>();
  private readonly members = new Map<string, Set<string>>();
  private names = 0;

  constructor(readonly scope: CompanyScope) {}

  async play(steps: readonly Step[]): Promise<void> {
    await this.remember();
    for (const each of steps) {
      if (each.kind === 'delete') await this.delete(each.place);
      else await this.change(each);
      await this.remember();
    }
  }

  private async change({ kind, group: at, steps }: Extract<Step, { group: number }>): Promise<void> {
    const isNew = kind === 'create' || !this.ids.has(at);
    if (isNew) await this.delete(at);
    const named = [...new Set(steps.flatMap(({ add, remove }) => [...add, ...remove]))];
    for (const each of named) if (each !== at || !isNew) await this.ensure(each);
    // A group that is not there yet can't be a member of itself.
    const idsOf = (list: readonly number[]): string[] => list.flatMap((each) => this.ids.get(each) ?? []);
    const deltas = steps.map(({ clear, add, remove }) => ({
      kind: 'delta' as const,
      clear,
      add: idsOf(add),
      remove: idsOf(remove.filter((each) => !add.includes(each))),
    }));
    const references = deltas.flatMap(({ add }) => add.map((value) => ({ value })));
    const plan: MembershipPlan = { steps: deltas, references };
    const { scope } = this;
    if (isNew) {
      const made = await rig.groups.insert(scope, { displayName: this.newName() }, plan, ALONE);
      this.enter(at, made.group.id);
    } else {
      const update = { change: <T>(same: T): T => same, membership: plan, precondition: undefined };
      await rig.groups.update(scope, this.ids.get(at)!, update, ALONE);
    }
    const members = this.members.get(this.ids.get(at)!)!;
    for (const { clear, add, remove } of deltas) {
      if (clear) members.clear();
      for (const id of remove) members.delete(id);
      for (const id of add) members.add(id);
    }
  }

  private async ensure(at: number): Promise<void> {
    if (this.ids.has(at)) return;
    const name = this.newName();
    if (at < PLACES) {
      this.enter(at, (await rig.users.insert(this.scope, { userName: name }, BARE)).id);
    } else {
      const none = { steps: [], references: [] };
      this.enter(at, (await rig.groups.insert(this.scope, { displayName: name }, none, ALONE)).group.id);
    }
  }

  private enter(at: number, id: string): void {
    this.ids.set(at, id);
    this.known.add(id);
    if (at >= PLACES) this.members.set(id, new Set());
  }

  private async delete(at: number): Promise<void> {
    const id = this.ids.get(at);
    if (id === undefined) return;
    await (at < PLACES ? rig.users : rig.groups).delete(this.scope, id, undefined);
    this.ids.delete(at);
    this.members.delete(id);
    for (const members of this.members.values()) members.delete(id);
  }

  private newName(): string {
    this.names += 1;
    return `name-${this.names}`;
  }

  private async remember(): Promise<void> {
    const { rows } = await rig.admin.query<{ last: string }>(
      'SELECT coalesce(max(id), 0) AS last FROM activity WHERE company_id = $1',
      [this.scope.companyId],
    );
    const state = new Map([...this.members].map(([id, members]) => [id, new Set(members)]));
    this.instants.push({ last: rows[0]!.last, state });
  }
}

async function idsOf(
  { companyId }: CompanyScope,
  { text, values }: ReturnType<typeof selectMembersAt>,
  column: 'member' | 'group',
): Promise<string[]> {
  await rig.admin.query(`SELECT set_config('rollcall.company_id', $1, false)`, [companyId]);
  const { rows } = await rig.admin.query<Record<string, string>>(text, [...values]);
  return rows.map((row) => row[column]!);
}

/** The members of all groups by the entries of a company in the order of the feed, and by the tables. */
async function replayed({ companyId }: CompanyScope): Promise<{ byFeed: string[]; byTables: string[] }> {
  const { rows } = await rig.admin.query<{ pair: string; sign: number }>(
    `SELECT e.group_id || '/' || e.member_id AS pair, e.sign FROM feed f
     JOIN activity_members e ON e.company_id = f.company_id AND e.activity_id = f.activity_id
     WHERE f.company_id = $1 ORDER BY f.position`,
    [companyId],
  );
  const present = new Set<string>();
  for (const { pair, sign } of rows) {
    if (present.has(pair) === (sign === 1)) throw new Error(`${pair} ${sign === 1 ? 'came' : 'went'} twice`);
    if (sign === 1) present.add(pair);
    else present.delete(pair);
  }
  const { rows: pairs } = await rig.admin.query<{ pair: string }>(
    `SELECT group_id || '/' || member_id AS pair FROM memberships WHERE company_id = $1`,
    [companyId],
  );
  return { byFeed: [...present].sort(), byTables: pairs.map(({ pair }) => pair).sort() };
}

it('members and groups at any instant, and the replay of the feed, are those of a model', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      async (steps, choices) => {
        const story = new Story(await rig.company());
        const { scope, instants, known } = story;
        await story.play(steps);
        for (let tries = 0; tries < 2; tries += 1) {
          const { last, state } = instants[choices.next().value! % instants.length]!;
          for (const id of known) {
            const members = [...(state.get(id) ?? [])].sort();
            const found = selectMembersAt(scope.companyId, id, last, ALL);
            expect(await idsOf(scope, found, 'member')).toEqual(members);
            const groups = [...state].flatMap(([key, of]) => (of.has(id) ? [key] : [])).sort();
            const foundGroups = selectGroupsAt(scope.companyId, id, last, ALL);
            expect(await idsOf(scope, foundGroups, 'group')).toEqual(groups);
          }
        }
        await rig.admin.query('SELECT relay_outbox(100000)');
        const { byFeed, byTables } = await replayed(scope);
        expect(byFeed).toEqual(byTables);
        const present = [...instants.at(-1)!.state.values()].reduce((sum, { size }) => sum + size, 0);
        expect(byTables).toHaveLength(present);
      },
    ),
    runs(12),
  );
}, 120_000);
