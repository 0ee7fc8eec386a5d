import { type JSX } from 'preact';
import { useLocation } from 'preact-iso';

const BAR = 8;
const GAP = 2;
const LEAST = 3;

/** A number with what it says in words, and the page that it leads to. */
export interface Bar {
  readonly number: number;
  readonly text: string;
  readonly href?: string;
}

/** Bars of one colour, and how high they may be. */
export interface BarRow {
  readonly bars: readonly Bar[];
  readonly tone: 'good' | 'bad' | 'plain';
  readonly height: number;
}

/** How high a bar of 1 is, so that the highest of each row has room. Rows of one picture have one scale. */
export function scaleOf(rows: readonly BarRow[]): number {
  return Math.min(
    ...rows.map(({ bars, height }) => height / Math.max(1, ...bars.map(({ number }) => number))),
  );
}

/**
 * Numbers over time as bars, the newest at the right, in words too for those who do not see them.
 *
 * @param above the bars that rise; where nothing hangs below them, a bar of 0 is a stroke
 * @param below bars that hang below a line
 * @param places how many bars it is wide; where there are fewer, what lies before them is empty
 */
export function Bars({
  name,
  label,
  above,
  below,
  places = above.bars.length,
}: {
  /** A class of the style sheet, which says how large it is. */
  readonly name: string;
  readonly label: string;
  readonly above: BarRow;
  readonly below?: BarRow;
  readonly places?: number;
}): JSX.Element {
  const width = places * (BAR + GAP) - GAP;
  const scale = scaleOf(below === undefined ? [above] : [above, below]);
  const leads = [above, below].some((row) => row?.bars.some(({ href }) => href !== undefined));
  return (
    <svg
      class={`bars ${name}`}
      viewBox={`0 0 ${width} ${above.height + (below === undefined ? 0 : 1 + below.height)}`}
      preserveAspectRatio="none"
      role={leads ? 'group' : 'img'}
      aria-label={label}
    >
      <Row
        row={above}
        scale={scale}
        places={places}
        top={(height) => above.height - height}
        withZeros={below === undefined}
      />
      {below !== undefined && (
        <>
          <rect class="none" x="0" y={above.height} width={width} height="1" />
          <Row row={below} scale={scale} places={places} top={() => above.height + 1} withZeros={false} />
        </>
      )}
    </svg>
  );
}

function Row({
  row: { bars, tone },
  scale,
  places,
  top,
  withZeros,
}: {
  readonly row: BarRow;
  readonly scale: number;
  readonly places: number;
  readonly top: (height: number) => number;
  readonly withZeros: boolean;
}): JSX.Element {
  const first = places - bars.length;
  return (
    <>
      {bars.map(({ number, text, href }, index) => {
        if (number === 0 && !withZeros) return null;
        const height = number === 0 ? 1 : Math.max(LEAST, number * scale);
        const x = (first + index) * (BAR + GAP);
        const bar = (
          <rect class={number === 0 ? 'none' : tone} x={x} y={top(height)} width={BAR} height={height}>
            <title>{text}</title>
          </rect>
        );
        return href === undefined ? bar : <Leading key={href} href={href} text={text} bar={bar} />;
      })}
    </>
  );
}

/** The router sees no links within pictures. */
function Leading({
  href,
  text,
  bar,
}: {
  readonly href: string;
  readonly text: string;
  readonly bar: JSX.Element;
}): JSX.Element {
  const { route } = useLocation();
  return (
    <a
      href={href}
      aria-label={text}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        route(href);
      }}
    >
      {bar}
    </a>
  );
}
