import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { useMayChange } from '../session.js';
import { type Call } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Confirmed, Copyable, Curl, Page, Problem, Time } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { SetupLinks } from './setup-links.js';

const query = { count: 200 };
const OVERLAP_DAYS = 7;
const SOON_DAYS = 30;

/** A secret that was just made. */
interface Made {
  readonly name: string;
  readonly secret: string;
  readonly kind: 'token' | 'client secret';
}

/** What opens the company, when was it used, and when does it end? */
export function Credentials(): JSX.Element {
  const { company = '' } = useRoute().params;
  const [made, setMade] = useState<Made>();
  const [showsEnded, setShowsEnded] = useState(false);
  const params = { path: { company }, query };
  const tokens = useLive(
    (signal) => answered(api.GET('/admin/v1/companies/{company}/tokens', { params, signal })),
    [company],
  );
  const clients = useLive(
    (signal) => answered(api.GET('/admin/v1/companies/{company}/clients', { params, signal })),
    [company],
  );
  const onMade = (next: Made): void => {
    setMade(next);
    tokens.refresh();
    clients.refresh();
  };
  const address = `/admin/v1/companies/${encodeURIComponent(company)}`;
  return (
    <Page
      title="Credentials"
      lead="What opens the company for an identity provider, when it was used, and when it ends."
    >
      {made !== undefined && <NewSecret made={made} onDone={() => setMade(undefined)} />}
      <label>
        <input
          type="checkbox"
          checked={showsEnded}
          onChange={({ currentTarget }) => setShowsEnded(currentTarget.checked)}
        />{' '}
        Show those that have ended
      </label>
      <h2>Tokens</h2>
      <Loaded live={tokens}>
        {({ items }) => {
          const shown = items.filter((token) => showsEnded || isInForce(token));
          return shown.length === 0 ? (
            <p>
              There is none.{' '}
              <a href={pageAddress('companies', company, 'connect')}>Connect an identity provider</a>
            </p>
          ) : (
            <ul class="cards">
              {shown.map((token) => (
                <TokenCard
                  key={token.id}
                  company={company}
                  token={token}
                  onMade={onMade}
                  onChanged={tokens.refresh}
                />
              ))}
            </ul>
          );
        }}
      </Loaded>
      <Curl call={{ path: `${address}/tokens`, query }} />
      <h2>OAuth clients</h2>
      <Loaded live={clients}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="quiet">There is none.</p>
          ) : (
            <ul class="cards">
              {items.map((client) => (
                <ClientCard key={client.id} company={company} client={client} onMade={onMade} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Curl call={{ path: `${address}/clients`, query }} />
      <SetupLinks company={company} />
    </Page>
  );
}

function NewSecret({
  made: { name, secret, kind },
  onDone,
}: {
  readonly made: Made;
  readonly onDone: () => void;
}): JSX.Element {
  return (
    <section class="notice done" aria-label="The new secret">
      <Copyable
        label={`The new ${kind} of ${name}`}
        value={secret}
        secret
        note={`It is shown this once. The one before goes on working for ${OVERLAP_DAYS} days beside it.`}
      />
      <p>
        <strong>Enter it now.</strong> At Entra ID: Provisioning → Connectivity → <b>Secret Token</b>, then
        Test Connection and Save. At Okta: Provisioning → Integration → Edit, then <b>Test API Credentials</b>{' '}
        and Save. When the new one has a last use, and that of the old one stays the same, the old one can go.
      </p>
      <button type="button" onClick={onDone}>
        I have entered it
      </button>
    </section>
  );
}

const isInForce = ({ revoked, daysLeft }: Pick<Schema<'TokenView'>, 'revoked' | 'daysLeft'>): boolean =>
  revoked === null && (daysLeft === null || daysLeft > 0);

function Days({
  left,
  revoked,
}: {
  readonly left: number | null;
  readonly revoked: string | null;
}): JSX.Element {
  if (revoked !== null) return <Badge tone="plain">revoked</Badge>;
  if (left === null) return <Badge tone="plain">never ends</Badge>;
  if (left <= 0) return <Badge tone="bad">has ended</Badge>;
  return (
    <Badge tone={left <= SOON_DAYS ? 'warn' : 'good'}>
      {left === 1 ? '1 day left' : `${left} days left`}
    </Badge>
  );
}

const LastUse = ({
  lastUsed,
  client,
}: {
  readonly lastUsed: string | null;
  readonly client: string | null;
}): JSX.Element => (
  <p class="quiet">
    {lastUsed === null ? (
      'Not used yet'
    ) : (
      <>
        Last used <Time at={lastUsed} />
        {client !== null && <> by {client}</>}
      </>
    )}
  </p>
);

function TokenCard({
  company,
  token,
  onMade,
  onChanged,
}: {
  readonly company: string;
  readonly token: Schema<'TokenView'>;
  readonly onMade: (made: Made) => void;
  readonly onChanged: () => void;
}): JSX.Element {
  const mayChange = useMayChange(company);
  const { id, name, daysLeft, revoked, lastUsed, client, scopes, dialect } = token;
  const params = { path: { company, id } };
  const renewal = { overlapDays: OVERLAP_DAYS };
  const renew = useAction(async () => {
    const call = api.POST('/admin/v1/companies/{company}/tokens/{id}/renew', { params, body: renewal });
    const { issued } = await answered(call);
    onMade({ name, secret: issued.secret, kind: 'token' });
  });
  const revoke = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/tokens/{id}/revoke', { params }));
    onChanged();
  });
  const path = `/admin/v1/companies/${encodeURIComponent(company)}/tokens/${id}`;
  return (
    <li class="card">
      <h3>
        {name} <span class="quiet">(token {id})</span> <Days left={daysLeft} revoked={revoked} />
      </h3>
      <LastUse lastUsed={lastUsed} client={client} />
      <p class="quiet">
        {scopes.includes('scim:write') ? 'May read and write' : 'May read only'} · dialect {dialect} ·{' '}
        <a href={`${pageAddress('companies', company, 'log')}?credential=${id}`}>what was done with it</a>
      </p>
      {mayChange && isInForce(token) && (
        <>
          <div class="row">
            <Confirmed
              label="Rotate"
              confirm="Make a new one"
              disabled={renew.running}
              question={`A new token is made. This one goes on working for ${OVERLAP_DAYS} days, so that nothing fails meanwhile.`}
              onConfirm={() => void renew.run()}
            />
            <Confirmed
              label="Revoke"
              confirm={`Revoke ${name}`}
              dangerous
              disabled={revoke.running}
              question="From the next request on, whoever uses it is refused. This can't be undone."
              onConfirm={() => void revoke.run()}
            />
          </div>
          <Problem problem={renew.problem ?? revoke.problem} />
          <Curl call={{ method: 'POST', path: `${path}/renew`, body: renewal } satisfies Call} />
        </>
      )}
    </li>
  );
}

function ClientCard({
  company,
  client,
  onMade,
}: {
  readonly company: string;
  readonly client: Schema<'ClientView'>;
  readonly onMade: (made: Made) => void;
}): JSX.Element {
  const mayChange = useMayChange(company);
  const { id, name, disabled, lastUsed, userAgent, secrets, federatedCredentials } = client;
  const body = { overlapDays: OVERLAP_DAYS };
  const rotate = useAction(async () => {
    const params = { path: { company, client: id } };
    const { issued } = await answered(
      api.POST('/admin/v1/companies/{company}/clients/{client}/rotate', { params, body }),
    );
    onMade({ name, secret: issued.secret, kind: 'client secret' });
  });
  const path = `/admin/v1/companies/${encodeURIComponent(company)}/clients/${encodeURIComponent(id)}/rotate`;
  return (
    <li class="card">
      <h3>
        {name} {disabled !== null && <Badge tone="bad">disabled</Badge>}
      </h3>
      <p class="quiet">
        client_id <code>{id}</code>
      </p>
      <LastUse lastUsed={lastUsed} client={userAgent} />
      {secrets.filter(isInForce).map((secret) => (
        <p key={secret.id}>
          Secret {secret.id} <Days left={secret.daysLeft} revoked={secret.revoked} />{' '}
          <span class="quiet">
            {secret.lastUsed === null ? (
              'not used yet'
            ) : (
              <>
                last used <Time at={secret.lastUsed} />
              </>
            )}
          </span>
        </p>
      ))}
      {federatedCredentials.length > 0 && (
        <p class="quiet">Without a secret: {federatedCredentials.length} federated</p>
      )}
      {mayChange && (
        <>
          <Confirmed
            label="Rotate its secret"
            confirm="Make a new one"
            disabled={rotate.running}
            question={`A new secret is made. The others go on working for ${OVERLAP_DAYS} days.`}
            onConfirm={() => void rotate.run()}
          />
          <Problem problem={rotate.problem} />
          <Curl call={{ method: 'POST', path, body }} />
        </>
      )}
    </li>
  );
}
