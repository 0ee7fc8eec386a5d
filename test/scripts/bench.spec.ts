import { readOptions } from '../../bench/options.js';
import { PARTS, WORK_NAMES } from '../../bench/parts.js';
import { barChart } from '../../bench/run/chart.js';
import { fallenRatios } from '../../bench/run/record.js';
import { requireSameShape } from '../../bench/run/shape.js';

describe('its options', () => {
  it('run all parts by default, and those that are named in their order', () => {
    expect(readOptions([])).toMatchObject({ quick: false, check: false, parts: PARTS });
    expect(readOptions(['--quick', '--only=bulk', '--only=start'])).toMatchObject({
      quick: true,
      parts: ['start', 'bulk'],
    });
  });

  it('check what is recorded, quickly', () => {
    expect(readOptions(['--check'])).toMatchObject({ quick: true, check: true, parts: WORK_NAMES });
  });

  it('take a scale of a million users without a number', () => {
    expect(readOptions(['--scale']).scale).toBe(1_000_000);
    expect(readOptions(['--scale=5000', '--soak=30'])).toMatchObject({ scale: 5000, soak: 30 });
  });

  it.each([['--only=nothing'], ['--scale=many'], ['--soak=0'], ['--fast']])('refuse %s', (argument) => {
    expect(() => readOptions([argument])).toThrow(/only|number|fast/);
  });
});

it('a ratio may fall by a quarter of what is recorded, and no further', () => {
  const recorded = { 'get-user': 0.4, bulk: 0.8 };
  expect(fallenRatios(recorded, { 'get-user': 0.31, bulk: 0.9, new: 0.1 })).toEqual([]);
  expect(fallenRatios(recorded, { 'get-user': 0.29, bulk: 0.8 })).toEqual([
    'get-user: 0.29 of the floor, where 0.4 is recorded',
  ]);
});

describe('the shapes of two answers', () => {
  const answer = (body: unknown, status = 200): Parameters<typeof requireSameShape>[1] => {
    const text = JSON.stringify(body);
    return { status, body: text, bytes: text.length, firstByte: 1, milliseconds: 1 };
  };

  it('are the same whatever the values and the order of members', () => {
    const one = answer({ id: '1', emails: [{ value: 'a' }], active: true });
    expect(() =>
      requireSameShape('x', one, answer({ active: false, emails: [{ value: 'b' }], id: '2' })),
    ).not.toThrow();
  });

  it.each([
    ['a member is missing', { id: '1' }, 200],
    ['a type differs', { id: '1', active: 'true' }, 200],
    ['the status differs', { id: '1', active: true }, 201],
  ])('differ where %s', (_, body, status) => {
    expect(() => requireSameShape('x', answer({ id: '1', active: true }), answer(body, status))).toThrow(
      'x: ',
    );
  });

  it('differ where arrays have different lengths', () => {
    expect(() => requireSameShape('x', answer([1, 2]), answer([1]))).toThrow('x: ');
  });
});

it('a chart is well-formed, whatever its labels are', () => {
  const chart = barChart('A < B', ['one'], [{ label: '`x` & y', values: [0.5], goal: 0.4 }], 1);
  expect(chart).toContain('A &lt; B');
  expect(chart).toContain('x &amp; y');
  expect(chart).toContain('0.50');
});
