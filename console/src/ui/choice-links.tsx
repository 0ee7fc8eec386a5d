import { type JSX } from 'preact';
import { useLocation } from 'preact-iso';
import { addressOf } from './curl.js';

/** Links to the same page with another value of a parameter, of which the present one is marked. Lists begin anew. */
export function ChoiceLinks({
  label,
  parameter,
  choices,
  value,
}: {
  readonly label: string;
  readonly parameter: string;
  /** Values with their names; the first one is left out of the address. */
  readonly choices: readonly (readonly [value: string, name: string])[];
  readonly value: string;
}): JSX.Element {
  const { path, query } = useLocation();
  return (
    <nav class="row choices" aria-label={label}>
      {choices.map(([choice, name], index) => (
        <a
          key={choice}
          href={addressOf({ path, query: { ...query, cursor: '', [parameter]: index === 0 ? '' : choice } })}
          aria-current={choice === value ? 'true' : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
