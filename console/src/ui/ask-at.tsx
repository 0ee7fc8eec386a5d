import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { addressOf } from './curl.js';

/** Asks whose memberships are to be shown, and at which instant. The answer stands in the address of the page. */
export function AskAt({
  parameter,
  label,
  button,
}: {
  /** Of the address: `group`. */
  readonly parameter: string;
  readonly label: string;
  readonly button: string;
}): JSX.Element {
  const { query, path, route } = useLocation();
  const [name, setName] = useState(query[parameter] ?? '');
  const [time, setTime] = useState(localTime(query['at'] ?? ''));
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        const at = time === '' ? '' : new Date(time).toISOString();
        route(addressOf({ path, query: { [parameter]: name.trim(), at } }));
      }}
    >
      <label>
        {label}
        <br />
        <input required value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
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
      <button type="submit" class="main">
        {button}
      </button>
    </form>
  );
}

/** An instant as the field for times has it: local, without a zone. */
function localTime(at: string): string {
  if (at === '') return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
