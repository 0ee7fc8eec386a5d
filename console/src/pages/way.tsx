import { type JSX } from 'preact';
import { type Schema } from '../api/client.js';

/** The shortest way by which somebody is in a group, as links: `EMEA → Sales`; in words for a direct member. */
export function Way({
  of: { path, omitted },
  linkOf,
}: {
  readonly of: Pick<Schema<'EffectiveGroupView'>, 'path' | 'omitted'>;
  /** The address of a group. */
  readonly linkOf: (group: string) => string;
}): JSX.Element {
  if (path.length === 0) return <>directly</>;
  return (
    <>
      {'by '}
      {path.map(({ value, display }, index) => (
        <span key={value}>
          {index > 0 && (
            <>
              <span aria-hidden="true"> → </span>
              <span class="unseen">, which is in </span>
            </>
          )}
          <a href={linkOf(value)}>{display ?? value}</a>
        </span>
      ))}
      {omitted > 0 && <span class="quiet"> and {omitted} more groups</span>}
    </>
  );
}
