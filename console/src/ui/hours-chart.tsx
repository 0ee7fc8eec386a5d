import { type JSX } from 'preact';
import { counted } from './times.js';

const BAR = 8;
const GAP = 2;
const HEIGHT = 36;

/** Errors over the last hours as bars, the last hour at the right, and in words for those who do not see them. */
export function HoursChart({
  hours,
  thing,
}: {
  readonly hours: readonly number[];
  readonly thing: string;
}): JSX.Element {
  const most = Math.max(1, ...hours);
  const width = hours.length * (BAR + GAP);
  const total = hours.reduce((sum, each) => sum + each, 0);
  const worst = hours.indexOf(most);
  const peak = total === 0 ? '' : `, most of them ${hours.length - worst} hours ago`;
  return (
    <svg
      class="hours"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={`${counted(total, thing)} in ${hours.length} hours${peak}`}
    >
      {hours.map((number, hour) => {
        const height = number === 0 ? 1 : Math.max(3, (number / most) * HEIGHT);
        return (
          <rect
            key={hour}
            class={number === 0 ? 'none' : 'some'}
            x={hour * (BAR + GAP)}
            y={HEIGHT - height}
            width={BAR}
            height={height}
          >
            <title>{`${counted(number, thing)}, ${hours.length - hour} hours ago`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
