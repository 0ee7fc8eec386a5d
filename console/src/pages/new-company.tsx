import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { answered, api } from '../api/client.js';
import { pageAddress } from '../location.js';
import { useIsOperator } from '../session.js';
import { Curl, Problem } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { MOST_LETTERS, SLUG_FORM, slugOf } from './slug.js';

/** Makes a company, and goes on to connecting its identity provider. Nothing where somebody may not. */
export function NewCompany(): JSX.Element | null {
  return useIsOperator() ? <Form /> : null;
}

function Form(): JSX.Element {
  const { route } = useLocation();
  const [name, setName] = useState('');
  const [chosenSlug, setChosenSlug] = useState<string>();
  const slug = chosenSlug ?? slugOf(name);
  const body = { slug, name: name.trim() };
  const create = useAction(async () => {
    await answered(api.POST('/admin/v1/companies', { body }));
    route(pageAddress('companies', slug, 'connect'));
  });
  return (
    <details class="add">
      <summary>Add a company</summary>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void create.run();
        }}
      >
        <label>
          Name
          <br />
          <input
            required
            maxLength={200}
            placeholder="Acme Corporation"
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        <label>
          Slug, which stays for good
          <br />
          <input
            required
            maxLength={MOST_LETTERS}
            placeholder="acme"
            pattern={SLUG_FORM}
            title="small letters from a to z and digits, with single hyphens between them"
            value={slug}
            onInput={({ currentTarget }) => setChosenSlug(currentTarget.value.trim())}
          />
        </label>
        <button type="submit" class="main" disabled={create.running}>
          Add it
        </button>
      </form>
      <Problem problem={create.problem} />
      <Curl
        does="add a company"
        call={{
          method: 'POST',
          path: '/admin/v1/companies',
          body: slug === '' ? { slug: 'acme', name: 'Acme Corporation' } : body,
        }}
      />
    </details>
  );
}
