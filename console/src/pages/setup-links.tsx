import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Confirmed, Copyable, Curl, Problem, Time } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';

const PLACEHOLDER = 'Acme, IT';

const addressOf = (company: string): string =>
  `/admin/v1/companies/${encodeURIComponent(company)}/setup-links`;

/** Links by which somebody comes to the console as an administrator of the company. */
export function SetupLinks({ company }: { readonly company: string }): JSX.Element | null {
  const mayChange = useMayChange(company);
  return mayChange ? <Links company={company} /> : null;
}

function Links({ company }: { readonly company: string }): JSX.Element {
  const [name, setName] = useState('');
  const [made, setMade] = useState<Schema<'NewSetupLinkView'>>();
  const path = { company };
  const links = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/setup-links', {
          params: { path, query: { count: 200 } },
          signal,
        }),
      ),
    [company],
  );
  const make = useAction(async () => {
    const call = api.POST('/admin/v1/companies/{company}/setup-links', { params: { path }, body: { name } });
    setMade(await answered(call));
    setName('');
    links.refresh();
  });
  return (
    <section aria-labelledby="links">
      <h2 id="links">Set-up links</h2>
      <p>
        For whoever administers the identity provider. The link leads through connecting it, and lets somebody
        do all of these pages in this company, and nothing in others. It works once, within a day.
      </p>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void make.run();
        }}
      >
        <label>
          For whom?
          <br />
          <input
            required
            maxLength={200}
            placeholder={PLACEHOLDER}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={make.running}>
          Make a set-up link
        </button>
      </form>
      <Problem problem={make.problem} />
      {made !== undefined && (
        <Copyable
          label={`The link for ${made.name}`}
          value={made.url}
          note={
            <>
              It is shown this once. Send it to that person alone, who needs nothing else: it is good until{' '}
              <Time at={made.expires} full />.
            </>
          }
        />
      )}
      <Loaded live={links}>
        {({ items }) => (
          <ul class="plain-list">
            {items
              .filter(
                ({ used, revoked, expires }) =>
                  revoked === null && (used !== null || Date.parse(expires) > Date.now()),
              )
              .map((link) => (
                <Link key={link.id} company={company} link={link} onRevoked={links.refresh} />
              ))}
          </ul>
        )}
      </Loaded>
      <Curl call={{ method: 'POST', path: addressOf(company), body: { name: name || PLACEHOLDER } }} />
    </section>
  );
}

function Link({
  company,
  link: { id, name, used, expires },
  onRevoked,
}: {
  readonly company: string;
  readonly link: Schema<'SetupLinkView'>;
  readonly onRevoked: () => void;
}): JSX.Element {
  const revoke = useAction(async () => {
    const params = { path: { company, id } };
    await answered(api.DELETE('/admin/v1/companies/{company}/setup-links/{id}', { params }));
    onRevoked();
  });
  return (
    <li class="row">
      <span>
        {name} <Badge tone={used === null ? 'warn' : 'good'}>{used === null ? 'waits' : 'used'}</Badge>{' '}
        <span class="quiet">
          {used === null && 'ends '}
          <Time at={used ?? expires} />
        </span>
      </span>
      <Confirmed
        label={`Revoke ${name}`}
        confirm="Revoke it"
        dangerous
        disabled={revoke.running}
        question="The link stops working, and whoever came by it is signed out."
        call={{ method: 'DELETE', path: `${addressOf(company)}/${id}` }}
        onConfirm={() => void revoke.run()}
      />
      <Problem problem={revoke.problem} />
    </li>
  );
}
