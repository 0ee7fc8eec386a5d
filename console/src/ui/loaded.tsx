import { type ComponentChildren, type JSX } from 'preact';
import { Loading, Problem } from './parts.js';
import { type Live } from './use-live.js';

/** What was loaded, or that it is being loaded, with what went wrong above it. */
export function Loaded<T>({
  live: { value, problem },
  children,
}: {
  readonly live: Pick<Live<T>, 'value' | 'problem'>;
  readonly children: (value: T) => ComponentChildren;
}): JSX.Element {
  return (
    <>
      <Problem problem={problem} />
      {value === undefined ? problem === undefined && <Loading /> : children(value)}
    </>
  );
}
