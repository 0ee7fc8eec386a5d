import { type JSX } from 'preact';
import { useLocation } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { type Bar, Bars } from '../ui/bars.js';
import { addressOf } from '../ui/curl.js';
import { counted, utcTime } from '../ui/times.js';
import { useLive } from '../ui/use-live.js';

const HOUR_MS = 3_600_000;
const UNIT_MS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const;
/** How high the bars of changes rise above the line, and how far those of refusals hang below it, at most. */
const ABOVE = 50;
const BELOW = 30;

/** The filters of the page by which entries are counted. */
const CONDITIONS = ['operation', 'credential', 'resource', 'from', 'to'] as const;
type Conditions = Readonly<Partial<Record<(typeof CONDITIONS)[number], string>>>;
type Counts = Schema<'ActivityCountsView'>;

/** When was something done, and when did it fail? A bar for each hour or day leads to what it counts. */
export function TimelinePart({
  company,
  filters,
}: {
  readonly company: string;
  readonly filters: Conditions;
}): JSX.Element | null {
  const { path, query: asked } = useLocation();
  const query = Object.fromEntries(
    CONDITIONS.flatMap((name) => (filters[name] === undefined ? [] : [[name, filters[name]]])),
  ) as Conditions;
  const { value } = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/activity-counts', {
          params: { path: { company }, query },
          signal,
        }),
      ),
    [company, JSON.stringify(query)],
  );
  if (value === undefined) return null;
  const [changes, refusals] = [sumOf(value.changes), sumOf(value.refusals)];
  const ofTime = filters.from !== undefined || filters.to !== undefined;
  return (
    <figure class="timeline">
      <figcaption class="quiet">
        {counted(changes, 'change')} and {counted(refusals, 'refusal')}
        {value.more && ', the newest,'}
        {ofTime ? ' in the time that is chosen' : ' in the last 24 hours'}, by the {value.unit} (UTC)
        {ofTime && (
          <>
            {'. '}
            <a href={addressOf({ path, query: { ...asked, from: '', to: '', cursor: '' } })}>
              Show all times
            </a>
          </>
        )}
      </figcaption>
      {changes + refusals > 0 && value.changes.length > 1 && (
        <Timeline
          value={value}
          addressOfBar={(outcome, from, to) =>
            addressOf({ path, query: { ...asked, outcome, from, to, cursor: '' } })
          }
        />
      )}
    </figure>
  );
}

function Timeline({
  value: { from, unit, changes, refusals },
  addressOfBar,
}: {
  readonly value: Counts;
  readonly addressOfBar: (outcome: 'done' | 'refused', from: string, to: string) => string;
}): JSX.Element {
  const at = (place: number): Date => new Date(Date.parse(from) + place * UNIT_MS[unit]);
  const barsOf = (numbers: readonly number[], thing: string, outcome: 'done' | 'refused'): readonly Bar[] =>
    numbers.map((number, place) => ({
      number,
      text: `${counted(number, thing)} in the ${unit} from ${utcTime(at(place))}`,
      href: addressOfBar(outcome, iso(at(place)), iso(at(place + 1))),
    }));
  return (
    <Bars
      name="of-log"
      label="Changes and refusals over time"
      above={{ bars: barsOf(changes, 'change', 'done'), tone: 'good', height: ABOVE }}
      below={{ bars: barsOf(refusals, 'refusal', 'refused'), tone: 'bad', height: BELOW }}
    />
  );
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

/** As the admin API takes it, without the milliseconds of a whole second. */
const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');
