import { type JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { answered, api } from '../api/client.js';
import { useLive } from './use-live.js';

const query = { count: 20 };

/** Finds a company by a part of its name or slug, where there are too many for a list. */
export function CompanySearch({
  company,
  onOpen,
}: {
  readonly company: string | undefined;
  /** Called with a slug; empty for all companies. */
  readonly onOpen: (slug: string) => void;
}): JSX.Element {
  const id = useId();
  const [text, setText] = useState(company ?? '');
  const { value } = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies', {
          params: { query: text === '' ? query : { ...query, search: text } },
          signal,
        }),
      ),
    [text],
  );
  const items = value?.items ?? [];
  return (
    <form
      class="picker"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const [first] = items;
        const exact = items.find(({ slug, name }) => [slug, name].includes(text)) ?? first;
        if (text === '') onOpen('');
        else if (exact !== undefined) onOpen(exact.slug);
      }}
    >
      <label>
        <span class="unseen">Company</span>
        <input
          type="search"
          list={id}
          maxLength={200}
          placeholder="Find a company"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <datalist id={id}>
        {items.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </datalist>
    </form>
  );
}
