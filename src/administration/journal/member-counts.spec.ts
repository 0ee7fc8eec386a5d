import { countsByDay, dayBefore } from './member-counts.js';

const now = new Date('2026-03-02T10:00:00Z');
const EVER = new Date(0);
const row = (
  day: string | null,
  net: number | null,
  looked_to: Date | null = null,
): Parameters<typeof countsByDay>[0][number] => ({ members: '10', looked_to, day, net });

it('goes back from the present number by what came and went each day', () => {
  const counts = countsByDay([row('2026-03-02', 4), row('2026-02-28', -2)], 4, { now, known: EVER });
  expect(counts).toEqual([
    { day: '2026-02-27', members: 8 },
    { day: '2026-02-28', members: 6 },
    { day: '2026-03-01', members: 6 },
    { day: '2026-03-02', members: 10 },
  ]);
});

it('is the same on all days on which nothing happened', () => {
  expect(countsByDay([row(null, null)], 3, { now, known: EVER }).map(({ members }) => members)).toEqual([
    10, 10, 10,
  ]);
});

it.each([
  ['the journal begins', row(null, null), new Date('2026-02-28T12:00:00Z')],
  ['not all entries were looked at', row(null, null, new Date('2026-02-28T12:00:00Z')), EVER],
])('leaves out the days that ended before %s', (_what, only, known) => {
  const counts = countsByDay([only], 30, { now, known });
  expect(counts.map(({ day }) => day)).toEqual(['2026-02-28', '2026-03-01', '2026-03-02']);
});

it('counts for today what the clock of the database has on the next day', () => {
  const counts = countsByDay([row('2026-03-03', 1), row('2026-03-02', 2)], 2, { now, known: EVER });
  expect(counts.map(({ members }) => members)).toEqual([7, 10]);
});

it('has today where the journal has only just begun', () => {
  expect(countsByDay([row(null, null)], 30, { now, known: now })).toEqual([
    { day: '2026-03-02', members: 10 },
  ]);
});

it('knows the first moment of a day', () => {
  expect(dayBefore(now, 2)).toEqual(new Date('2026-02-28T00:00:00Z'));
});
