import { type ComponentChildren, type JSX } from 'preact';
import { useLocation } from 'preact-iso';
import { type Schema } from '../api/client.js';
import { ListLinks } from '../ui/list-links.js';
import { Notice, Time } from '../ui/parts.js';

/** What members and groups have in common: since when, and by whom. Of an instant of the past the service does not say it. */
type Membership = Pick<Schema<'MemberView'>, 'value' | 'since' | 'by'>;

/** A page of memberships, now or at the instant that stands in the address. */
export function MembershipTable<M extends Membership>({
  page: { items, next },
  of,
  what,
  one,
  none,
  children,
}: {
  readonly page: { readonly items: readonly M[]; readonly next: string | null };
  /** Whose they are. */
  readonly of: string;
  /** In the plural: `members`. */
  readonly what: string;
  /** The heading of their column. */
  readonly one: string;
  /** What is said where there are none. */
  readonly none: { readonly now: string; readonly then: string };
  /** The name of one of them, with a link. */
  readonly children: (membership: M) => ComponentChildren;
}): JSX.Element {
  const { at = '' } = useLocation().query;
  if (items.length === 0) return <Notice tone="plain">{at === '' ? none.now : none.then}</Notice>;
  return (
    <>
      <table>
        <caption>
          {capitalized(what)} of <b>{of}</b>
          {at !== '' && (
            <>
              {' at '}
              <Time at={at} full />
            </>
          )}
        </caption>
        <thead>
          <tr>
            <th scope="col">{one}</th>
            {at === '' && <th scope="col">Since</th>}
            {at === '' && (
              <th scope="col" class="by">
                By
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {items.map((membership) => {
            const { value, since, by } = membership;
            return (
              <tr key={value}>
                <td>{children(membership)}</td>
                {at === '' && <td>{since !== undefined && <Time at={since} />}</td>}
                {at === '' && <td>{by?.credentialName ?? by?.client ?? 'not known'}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
      <ListLinks what={what} next={next} />
    </>
  );
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
