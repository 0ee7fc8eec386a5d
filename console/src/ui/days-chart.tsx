import { type JSX } from 'preact';
import { Bars } from './bars.js';
import { counted } from './times.js';

const HEIGHT = 60;

/** A number of things at the end of a day in UTC. */
export interface DayCount {
  /** `2026-01-31` */
  readonly day: string;
  readonly number: number;
}

/**
 * Numbers of days as bars, today at the right, and in words for those who do not see them.
 *
 * @param of how many days the chart is wide; where there are fewer, what lies before them is empty
 */
export function DaysChart({
  days,
  of,
  thing,
}: {
  readonly days: readonly DayCount[];
  readonly of: number;
  readonly thing: string;
}): JSX.Element | null {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const numbers = days.map(({ number }) => number);
  const most = Math.max(...numbers);
  const offset = of - days.length;
  const least = Math.min(...numbers);
  const range =
    least === most
      ? `always ${counted(most, thing)}`
      : `between ${least.toLocaleString('en')} and ${counted(most, thing)}`;
  return (
    <figure class="days">
      <Bars
        name="of-days"
        label={`${counted(first.number, thing)} on ${first.day}, ${last.number.toLocaleString('en')} on ${last.day}, ${range}`}
        above={{
          bars: days.map(({ day, number }) => ({ number, text: `${counted(number, thing)} on ${day}` })),
          tone: 'plain',
          height: HEIGHT,
        }}
        places={of}
      />
      <figcaption class="quiet">
        {offset > 0 && <span>Known from {first.day} on</span>}
        {days.length > 1 && (
          <>
            <span>
              {first.day}: {first.number.toLocaleString('en')}
            </span>
            <span>{range}</span>
          </>
        )}
        <span>
          {last.day}: {last.number.toLocaleString('en')}
        </span>
      </figcaption>
    </figure>
  );
}
