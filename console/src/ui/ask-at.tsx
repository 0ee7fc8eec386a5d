import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { addressOf } from './curl.js';

/** Asks at which instant memberships are to be shown. The answer stands in the address of the page. */
export function AskAt(): JSX.Element {
  const { query, path, route } = useLocation();
  const { at: shown = '' } = query;
  const [time, setTime] = useState(localTime(shown));
  // Back and forward change the address, and so the field.
  useEffect(() => setTime(localTime(shown)), [shown]);
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        const at = time === '' ? '' : new Date(time).toISOString();
        route(addressOf({ path, query: { ...query, cursor: '', at } }));
      }}
    >
      <label>
        At (your time; empty: now)
        <br />
        <input
          type="datetime-local"
          step="1"
          value={time}
          onInput={({ currentTarget }) => setTime(currentTarget.value)}
        />
      </label>
      <button type="submit">Show</button>
    </form>
  );
}

/** An instant as the field for times has it: local, without a zone. */
function localTime(at: string): string {
  if (at === '') return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
