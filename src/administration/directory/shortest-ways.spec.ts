import { placesBetween, shortestWays, type Step } from './shortest-ways.js';

const step = (member: string, group: string): Step => ({ member, group });

it('finds the shortest way up, and by ids that come first where several are as short', () => {
  const steps = [
    step('ada', 'team-b'),
    step('ada', 'team-a'),
    step('team-a', 'emea'),
    step('team-b', 'emea'),
    step('emea', 'all'),
    step('team-b', 'all'),
  ];
  const ways = shortestWays('ada', steps, 'up');
  expect([...ways.keys()]).toEqual(['team-a', 'team-b', 'emea', 'all']);
  expect(placesBetween(ways, 'ada', 'team-b')).toEqual([]);
  expect(placesBetween(ways, 'ada', 'emea')).toEqual(['team-a']);
  expect(placesBetween(ways, 'ada', 'all')).toEqual(['team-b']);
});

it('finds the shortest way down', () => {
  const ways = shortestWays('all', [step('emea', 'all'), step('team', 'emea')], 'down');
  expect([...ways.keys()]).toEqual(['emea', 'team']);
  expect(placesBetween(ways, 'all', 'team')).toEqual(['emea']);
});

it('ends where groups are in a circle, and does not come back to the start', () => {
  const steps = [step('a', 'b'), step('b', 'c'), step('c', 'a'), step('a', 'a')];
  expect([...shortestWays('a', steps, 'up')]).toEqual([
    ['b', 'a'],
    ['c', 'b'],
  ]);
});

it('goes nowhere from what no step begins at', () => {
  expect(shortestWays('ada', [step('ben', 'team')], 'up').size).toBe(0);
});
