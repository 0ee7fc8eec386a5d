import { type JSX } from 'preact';
import { useLocation } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { addressOf } from '../ui/curl.js';
import { counted, utcTime } from '../ui/times.js';
import { useLive } from '../ui/use-live.js';

const HOUR_MS = 3_600_000;
const UNIT_MS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const;
const BAR = 8;
const GAP = 2;
const HEIGHT = 60;

/** The filters of the page that refusals are counted by. */
const CONDITIONS = ['operation', 'credential', 'resource', 'from', 'to'] as const;
type Conditions = Readonly<Partial<Record<(typeof CONDITIONS)[number], string>>>;

/** When did it fail? A bar for each hour or day leads to what was refused in it. */
export function RefusalsPart({
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
        api.GET('/admin/v1/companies/{company}/refusals', { params: { path: { company }, query }, signal }),
      ),
    [company, JSON.stringify(query)],
  );
  if (value === undefined) return null;
  const total = value.counts.reduce((sum, each) => sum + each, 0);
  const ofTime = filters.from !== undefined || filters.to !== undefined;
  return (
    <figure class="refusals">
      <figcaption class="quiet">
        {value.more ? `The newest ${total.toLocaleString('en')} refusals` : counted(total, 'refusal')}
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
      {total > 0 && value.counts.length > 1 && (
        <Bars
          value={value}
          addressOfBar={(from, to) =>
            addressOf({ path, query: { ...asked, outcome: 'refused', from, to, cursor: '' } })
          }
        />
      )}
    </figure>
  );
}

function Bars({
  value: { from, unit, counts },
  addressOfBar,
}: {
  readonly value: Schema<'RefusalCountsView'>;
  readonly addressOfBar: (from: string, to: string) => string;
}): JSX.Element {
  const { route } = useLocation();
  const most = Math.max(1, ...counts);
  const width = counts.length * (BAR + GAP);
  const at = (place: number): Date => new Date(Date.parse(from) + place * UNIT_MS[unit]);
  return (
    <svg
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="group"
      aria-label="Refusals over time"
    >
      {counts.map((number, place) => {
        const height = number === 0 ? 1 : Math.max(4, (number / most) * HEIGHT);
        const bar = (
          <rect
            key={place}
            class={number === 0 ? 'none' : 'some'}
            x={place * (BAR + GAP)}
            y={HEIGHT - height}
            width={BAR}
            height={height}
          />
        );
        if (number === 0) return bar;
        const href = addressOfBar(iso(at(place)), iso(at(place + 1)));
        const text = `${counted(number, 'refusal')} in the ${unit} from ${utcTime(at(place))}`;
        return (
          <a
            key={place}
            href={href}
            aria-label={text}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              route(href);
            }}
          >
            <title>{text}</title>
            {bar}
          </a>
        );
      })}
    </svg>
  );
}

/** As the admin API takes it, without the milliseconds of a whole second. */
const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');
