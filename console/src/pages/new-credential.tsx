import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { useMayChange } from '../session.js';
import { type Call } from '../ui/curl.js';
import { Copyable, Curl, Problem } from '../ui/parts.js';
import { type Action, useAction } from '../ui/use-action.js';

const ONCE = 'It is shown this once: enter it before you leave the page.';

/** Makes a token of a company, which is there until it is forgotten. */
export function useTokenMaker(
  company: string,
  body: Schema<'IssueToken'>,
  onMade: (made: Schema<'IssuedTokenView'>) => void,
): {
  readonly issued: Schema<'IssuedTokenView'> | undefined;
  readonly issue: Action<[]>;
  readonly call: Call;
  readonly forget: () => void;
} {
  const [issued, setIssued] = useState<Schema<'IssuedTokenView'>>();
  const issue = useAction(async () => {
    const params = { path: { company } };
    const made = await answered(api.POST('/admin/v1/companies/{company}/tokens', { params, body }));
    setIssued(made);
    onMade(made);
  });
  const path = `/admin/v1/companies/${encodeURIComponent(company)}/tokens`;
  return { issued, issue, call: { method: 'POST', path, body }, forget: () => setIssued(undefined) };
}

/** A secret that was just made, and when it ends. */
export const IssuedSecret = ({
  label,
  secret,
  expires,
}: {
  readonly label: string;
  readonly secret: string;
  readonly expires: string | null | undefined;
}): JSX.Element => (
  <Copyable
    label={label}
    value={secret}
    secret
    note={`${ONCE}${expires ? ` It ends on ${expires.slice(0, 10)}.` : ''}`}
  />
);

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
  const { issued, issue, call } = useTokenMaker(company, { name }, ({ id }) => onMade(id));
  if (issued !== undefined) return <IssuedSecret label={field} {...issued} />;
  return (
    <Maker company={company} fields={field} label={`Make a token for ${name}`} action={issue} call={call} />
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
        <IssuedSecret label={clientSecret} secret={created.secret ?? ''} expires={secret?.expires} />
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
