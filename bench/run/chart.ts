/** Charts as plain SVG. */
const WIDTH = 760;
const LABEL = 300;
const BAR = 14;
const FONT = 'font-family="sans-serif" font-size="12"';
const COLOURS = ['#2563eb', '#94a3b8', '#f59e0b'];
const GOAL = '#dc2626';

/** One group of bars. */
export interface Bars {
  readonly label: string;
  /** One for each series. */
  readonly values: readonly number[];
  /** Where a line stands across the bars. */
  readonly goal?: number;
}

/** Horizontal bars in groups, each with its value. */
export function barChart(
  title: string,
  series: readonly string[],
  groups: readonly Bars[],
  most: number,
): string {
  const height = (group: Bars): number => group.values.length * BAR + 12;
  const x = (value: number): number => (Math.min(value, most) / most) * (WIDTH - LABEL - 70);
  let y = 60;
  const parts = groups.map((group) => {
    const top = y;
    y += height(group);
    const bars = group.values.map((value, index) => {
      const at = top + index * BAR;
      return (
        rectangle(LABEL, at, x(value), BAR - 2, COLOURS[index % COLOURS.length]!) +
        text(LABEL + x(value) + 4, at + 10, value.toFixed(2))
      );
    });
    const goal =
      group.goal === undefined
        ? ''
        : rectangle(LABEL + x(group.goal) - 1, top - 2, 2, height(group) - 10, GOAL);
    return text(0, top + 10, group.label) + bars.join('') + goal;
  });
  const legend = series.map(
    (name, index) =>
      rectangle(index * 160, 30, 10, 10, COLOURS[index % COLOURS.length]!) + text(index * 160 + 16, 39, name),
  );
  return page(y, title, [...legend, ...parts].join('\n'));
}

/** A line through values at even distances, above zero. */
export function lineChart(title: string, unit: string, values: readonly number[]): string {
  const [height, top] = [220, 40];
  const most = Math.max(...values, 1) * 1.1;
  const points = values.map((value, index) => {
    const x = 60 + (index / Math.max(1, values.length - 1)) * (WIDTH - 80);
    return `${x.toFixed(1)},${(top + height - (value / most) * height).toFixed(1)}`;
  });
  const labels = [0, 0.5, 1].map((part) =>
    text(0, top + height - part * height + 4, `${Math.round(part * most)} ${unit}`),
  );
  const line = `<polyline points="${points.join(' ')}" fill="none" stroke="${COLOURS[0]}" stroke-width="2"/>`;
  return page(top + height + 20, title, [...labels, line].join('\n'));
}

const page = (height: number, title: string, content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ${FONT}>
<rect width="100%" height="100%" fill="white"/>
${text(0, 16, title)}
${content}
</svg>
`;

const rectangle = (x: number, y: number, width: number, height: number, colour: string): string =>
  `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${height}" fill="${colour}"/>`;

const text = (x: number, y: number, content: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(0)}" fill="#0f172a">${escape(content)}</text>`;

const escape = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');
