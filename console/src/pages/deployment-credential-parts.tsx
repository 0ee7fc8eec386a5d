import { type ComponentChildren, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Schema } from '../api/client.js';
import { type Call } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Confirmed, Curl, Notice, Problem } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { type Live } from '../ui/use-live.js';
import { Days, EndField, type Expires, isInForce, LastUse, NameField } from './credential-parts.js';
import { IssuedSecret } from './new-credential.js';

export type AdminCredential = Schema<'AdminCredentialView'>;
export type PlatformCredential = Schema<'PlatformCredentialView'>;
type Issued = Pick<AdminCredential, 'name' | 'expires'> & { readonly secret: string };

/** How many are looked at. */
export const COUNT = 200;

/** Those that are in force, as cards. */
export function List<T extends AdminCredential | PlatformCredential>({
  live,
  children,
}: {
  readonly live: Live<{ readonly items: readonly T[]; readonly next: string | null }>;
  readonly children: (credential: T) => ComponentChildren;
}): JSX.Element {
  return (
    <Loaded live={live}>
      {({ items, next }) => (
        <>
          {items.some(isInForce) ? (
            <ul class="cards">{items.filter(isInForce).map(children)}</ul>
          ) : (
            <p class="quiet">There is none.</p>
          )}
          {next !== null && <p class="quiet">Only the first {COUNT} are looked at.</p>}
        </>
      )}
    </Loaded>
  );
}

/** What a credential may, when it was used, and how it is ended. */
export function Card({
  kind,
  credential: { id, name, daysLeft, revoked, lastUsed, client },
  may,
  own = false,
  call,
  revoke,
}: {
  readonly kind: string;
  readonly credential: AdminCredential | PlatformCredential;
  readonly may: string;
  /** Whether somebody is signed in by it here. */
  readonly own?: boolean;
  readonly call: Call;
  readonly revoke: (id: string) => Promise<void>;
}): JSX.Element {
  const end = useAction(() => revoke(id));
  return (
    <li class="card">
      <h3>
        {name}{' '}
        <span class="quiet">
          ({kind} {id})
        </span>{' '}
        <Days left={daysLeft} revoked={revoked} /> {own && <Badge tone="good">yours</Badge>}
      </h3>
      <p class="quiet">{may}</p>
      <LastUse lastUsed={lastUsed} client={client} />
      <Confirmed
        label={`Revoke ${name}`}
        confirm="Revoke it"
        dangerous
        disabled={end.running}
        question={
          own
            ? 'You are signed in by it: you are signed out, and it never opens anything again.'
            : "From the next request on, whoever uses it is refused, and signed out of the console. This can't be undone."
        }
        call={call}
        onConfirm={() => void end.run()}
      />
      <Problem problem={end.problem} />
    </li>
  );
}

/** Asks for companies, as slugs with commas between them. */
export function Companies({
  label,
  value,
  required = false,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly required?: boolean;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  return (
    <label>
      {label}
      <br />
      <input
        required={required}
        placeholder="acme, birch"
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  );
}

/** Asks for name and end, and for what else is wanted; makes a credential, and shows its secret. */
export function NewCredential<W extends object>({
  kind,
  wanted,
  issue,
  callOf,
  onMade,
  children,
}: {
  readonly kind: string;
  readonly wanted: W;
  readonly issue: (body: W & { name: string; expires?: string | null }) => Promise<Issued>;
  readonly callOf: (body: object) => Call;
  readonly onMade: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const [name, setName] = useState('');
  const [expires, setExpires] = useState<Expires>();
  const [issued, setIssued] = useState<Issued>();
  const body = { name: name.trim(), ...wanted, ...(expires !== undefined && { expires }) };
  const make = useAction(async () => {
    setIssued(await issue(body));
    setName('');
    onMade();
  });
  if (issued !== undefined) {
    return (
      <Notice tone="good" label={`The new ${kind}`}>
        <IssuedSecret label={`The ${kind} ${issued.name}`} {...issued} />
        <button type="button" onClick={() => setIssued(undefined)}>
          I have kept it
        </button>
      </Notice>
    );
  }
  return (
    <details class="add">
      <summary>
        Make {kind === 'admin credential' ? 'an' : 'a'} {kind}
      </summary>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void make.run();
        }}
      >
        <NameField value={name} onChange={setName} />
        {children}
        <EndField value={expires} onChange={setExpires} />
        <button type="submit" class="main" disabled={make.running}>
          Make it
        </button>
      </form>
      <Problem problem={make.problem} />
      <Curl does="make it" call={callOf(body)} />
    </details>
  );
}
