import { type JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { addressOf } from './curl.js';

/** Who types on is not interrupted. */
const PAUSE_MS = 300;
const LONGEST = 200;

/** What is looked for in a list. It stands in the address of the page, as `search`, as soon as nothing more is typed. */
export function SearchField({ label, hint }: { readonly label: string; readonly hint: string }): JSX.Element {
  const { query, path, route } = useLocation();
  const { search = '' } = query;
  const id = useId();
  const [text, setText] = useState(search);
  // Back and forward change the address, and so the field.
  useEffect(() => setText((before) => (before.trim() === search ? before : search)), [search]);
  const look = (): void => {
    if (text.trim() !== search) route(addressOf({ path, query: { search: text.trim() } }), true);
  };
  useEffect(() => {
    if (text.trim() === search) return;
    const timer = setTimeout(look, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        look();
      }}
    >
      <div class="wide">
        <label for={id}>{label}</label>
        <input
          id={id}
          type="search"
          aria-describedby={`${id}-hint`}
          autocomplete="off"
          spellcheck={false}
          maxLength={LONGEST}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <p id={`${id}-hint`} class="quiet hint">
          {hint}
        </p>
      </div>
    </form>
  );
}
