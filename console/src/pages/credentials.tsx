import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Confirmed, Copyable, Curl, Notice, Page, Problem } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { ClientCard } from './client-card.js';
import { Days, isInForce, LastUse, type Made, OVERLAP_DAYS } from './credential-parts.js';
import { IssuersPart } from './issuers-part.js';
import { NewTokenForm } from './new-token-form.js';
import { SetupLinks } from './setup-links.js';
import { WhenAgain } from './when-again.js';

const query = { count: 200 };

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
      {made !== undefined && <NewSecret company={company} made={made} onDone={() => setMade(undefined)} />}
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
      <NewTokenForm key={company} company={company} onMade={tokens.refresh} />
      <h2>OAuth clients</h2>
      <Loaded live={clients}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="quiet">There is none.</p>
          ) : (
            <ul class="cards">
              {items.map((client) => (
                <ClientCard
                  key={client.id}
                  company={company}
                  client={client}
                  onMade={onMade}
                  onChanged={clients.refresh}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Curl call={{ path: `${address}/clients`, query }} />
      <IssuersPart company={company} />
      <SetupLinks company={company} />
    </Page>
  );
}

function NewSecret({
  company,
  made: { name, secret, kind },
  onDone,
}: {
  readonly company: string;
  readonly made: Made;
  readonly onDone: () => void;
}): JSX.Element {
  return (
    <Notice tone="good" label="The new secret">
      <Copyable
        label={`The new ${kind} of ${name}`}
        value={secret}
        secret
        note={`It is shown this once. The one before goes on working for ${OVERLAP_DAYS} days beside it.`}
      />
      <p>
        <strong>Enter it now. Where, and when does it work?</strong>
      </p>
      <WhenAgain company={company} credential={name} after="renew" />
      <p>When the new one has a last use here, and that of the old one stays the same, the old one can go.</p>
      <button type="button" onClick={onDone}>
        I have entered it
      </button>
    </Notice>
  );
}

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
              call={{ method: 'POST', path: `${path}/renew`, body: renewal }}
              onConfirm={() => void renew.run()}
            />
            <Confirmed
              label="Revoke"
              confirm={`Revoke ${name}`}
              dangerous
              disabled={revoke.running}
              question="From the next request on, whoever uses it is refused. This can't be undone."
              call={{ method: 'POST', path: `${path}/revoke` }}
              onConfirm={() => void revoke.run()}
            />
          </div>
          <Problem problem={renew.problem ?? revoke.problem} />
        </>
      )}
    </li>
  );
}
