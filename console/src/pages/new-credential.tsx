import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { useMayChange } from '../session.js';
import { type Call } from '../ui/curl.js';
import { Copyable, Curl, Problem } from '../ui/parts.js';
import { type Action, useAction } from '../ui/use-action.js';

const ONCE = 'It is shown this once: enter it before you leave the page.';

/** Makes the token that an identity provider is given, and shows it under the name of the provider's own field. */
export function NewToken({
  company,
  name,
  field,
  onMade,
}: {
  readonly company: string;
  /** Of the identity provider, which the token is called by. */
  readonly name: string;
  readonly field: string;
  /** Told its id. */
  readonly onMade: (id: string) => void;
}): JSX.Element {
  const [issued, setIssued] = useState<Schema<'IssuedTokenView'>>();
  const body = { name };
  const issue = useAction(async () => {
    const params = { path: { company } };
    const made = await answered(api.POST('/admin/v1/companies/{company}/tokens', { params, body }));
    setIssued(made);
    onMade(made.id);
  });
  if (issued !== undefined) {
    return (
      <Copyable
        label={field}
        value={issued.secret}
        secret
        note={`${ONCE}${issued.expires === null ? '' : ` It ends on ${issued.expires.slice(0, 10)}.`}`}
      />
    );
  }
  return (
    <Maker
      company={company}
      fields={field}
      label={`Make a token for ${name}`}
      action={issue}
      call={{ method: 'POST', path: `/admin/v1/companies/${encodeURIComponent(company)}/tokens`, body }}
    />
  );
}

/** Makes the OAuth client by which an identity provider gets itself tokens, and shows its id and its secret. */
export function NewClient({
  company,
  name,
  fields: { clientId, clientSecret },
  onMade,
}: {
  readonly company: string;
  /** Of the identity provider, which the client is called by. */
  readonly name: string;
  /** The names of the provider's own fields. */
  readonly fields: { readonly clientId: string; readonly clientSecret: string };
  /** Told its id. */
  readonly onMade: (id: string) => void;
}): JSX.Element {
  const [created, setCreated] = useState<Schema<'CreatedClientView'>>();
  const body = { name };
  const create = useAction(async () => {
    const params = { path: { company } };
    const made = await answered(api.POST('/admin/v1/companies/{company}/clients', { params, body }));
    setCreated(made);
    onMade(made.id);
  });
  if (created !== undefined) {
    const [secret] = created.secrets;
    return (
      <>
        <Copyable label={clientId} value={created.id} />
        <Copyable
          label={clientSecret}
          value={created.secret ?? ''}
          secret
          note={`${ONCE}${secret === undefined ? '' : ` It ends on ${secret.expires.slice(0, 10)}.`}`}
        />
      </>
    );
  }
  return (
    <Maker
      company={company}
      fields={`${clientId}, ${clientSecret}`}
      label={`Make a client for ${name}`}
      action={create}
      call={{ method: 'POST', path: `/admin/v1/companies/${encodeURIComponent(company)}/clients`, body }}
    />
  );
}

function Maker({
  company,
  fields,
  label,
  action,
  call,
}: {
  readonly company: string;
  readonly fields: string;
  readonly label: string;
  readonly action: Action<[]>;
  readonly call: Call;
}): JSX.Element {
  const mayChange = useMayChange(company);
  return (
    <div class="copyable">
      <b>{fields}</b>
      {mayChange ? (
        <p>
          <button type="button" class="main" disabled={action.running} onClick={() => void action.run()}>
            {label}
          </button>
        </p>
      ) : (
        <p class="quiet">You may look, and not make one: ask an administrator of the company.</p>
      )}
      <Problem problem={action.problem} />
      <Curl call={call} />
    </div>
  );
}
