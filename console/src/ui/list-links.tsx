import { type JSX } from 'preact';
import { useLocation } from 'preact-iso';
import { addressOf } from './curl.js';

/** Links to the first and the next part of a list. */
export function ListLinks({
  what,
  next,
}: {
  /** In the plural: `members`. */
  readonly what: string;
  readonly next: string | null;
}): JSX.Element {
  const { query, path } = useLocation();
  const { cursor = '' } = query;
  return (
    <p class="row">
      {cursor !== '' && <a href={addressOf({ path, query: { ...query, cursor: '' } })}>First {what}</a>}
      {next !== null && <a href={addressOf({ path, query: { ...query, cursor: next } })}>More {what}</a>}
    </p>
  );
}
