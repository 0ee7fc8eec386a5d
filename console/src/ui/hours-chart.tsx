import { type JSX } from 'preact';
import { Bars } from './bars.js';
import { counted } from './times.js';

const HEIGHT = 36;

/** Errors over the last hours, the last hour at the right. */
export function HoursChart({
  hours,
  thing,
}: {
  readonly hours: readonly number[];
  readonly thing: string;
}): JSX.Element {
  const most = Math.max(...hours);
  const total = hours.reduce((sum, each) => sum + each, 0);
  const ago = (place: number): string =>
    place === hours.length - 1 ? 'in the last hour' : `${hours.length - place} hours ago`;
  const peak = total === 0 ? '' : `, most of them ${ago(hours.indexOf(most))}`;
  return (
    <Bars
      name="hours"
      label={`${counted(total, thing)} in ${hours.length} hours${peak}`}
      above={{
        bars: hours.map((number, place) => ({ number, text: `${counted(number, thing)}, ${ago(place)}` })),
        tone: 'bad',
        height: HEIGHT,
      }}
    />
  );
}
