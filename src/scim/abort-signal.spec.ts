import fc from 'fast-check';
import { runs } from '../../test/support/property-runs.js';
import { type AbortSignalLike, LightAbortSignal } from './abort-signal.js';

interface Aborter {
  readonly signal: AbortSignalLike;
  readonly abort: (reason: Error) => void;
}

function light(): Aborter {
  const signal = new LightAbortSignal();
  return { signal, abort: (reason) => signal.abort(reason) };
}

function native(): Aborter {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}

const REASONS = [0, 1, 2].map((index) => new Error(`reason ${index}`));

type Step = readonly ['add' | 'remove', index: number] | readonly ['abort', reason: number];
const listener = fc.nat(3);
const abort = fc.tuple(fc.constant('abort' as const), fc.nat(2));
const step: fc.Arbitrary<Step> = fc.oneof(fc.tuple(fc.constantFrom('add', 'remove'), listener), abort);
/** Node.js calls what a listener has added, too, which the standard does not have. */
const ownStep: fc.Arbitrary<Step> = fc.oneof(fc.tuple(fc.constant('remove' as const), listener), abort);

/** What is told while these steps are taken; the listener at an index takes a step of its own when it is called. */
function told({ signal, abort }: Aborter, steps: readonly Step[], own: readonly Step[]): readonly unknown[] {
  const calls: unknown[] = [];
  const listeners = own.map((then, index) => (): void => {
    calls.push([index, signal.aborted, signal.reason]);
    take(then);
  });
  function take([kind, value]: Step): void {
    const chosen = listeners[value]!;
    if (kind === 'abort') abort(REASONS[value]!);
    else if (kind === 'add') signal.addEventListener('abort', chosen, { once: true });
    else signal.removeEventListener('abort', chosen);
  }
  for (const each of steps) {
    take(each);
    calls.push([each, signal.aborted, signal.reason]);
    try {
      signal.throwIfAborted();
    } catch (thrown) {
      calls.push(thrown);
    }
  }
  return calls;
}

it('does what an AbortSignal does', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.array(ownStep, { minLength: 4, maxLength: 4 }),
      (steps, own) => {
        expect(told(light(), steps, own)).toEqual(told(native(), steps, own));
      },
    ),
    runs(1000),
  );
});

it('calls no listener that comes when it is aborted', () => {
  const signal = new LightAbortSignal();
  const late = vi.fn();
  signal.addEventListener('abort', () => signal.addEventListener('abort', late));
  signal.abort(REASONS[0]!);
  signal.addEventListener('abort', late);
  expect(late).not.toHaveBeenCalled();
});
