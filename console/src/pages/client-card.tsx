import { type JSX } from 'preact';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { useMayChange } from '../session.js';
import { Badge, Confirmed, Problem, Time } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { Days, isInForce, LastUse, type Made, OVERLAP_DAYS } from './credential-parts.js';

interface Properties {
  readonly company: string;
  readonly client: Schema<'ClientView'>;
  readonly onChanged: () => void;
}

const addressOf = (company: string, client: string): string =>
  `/admin/v1/companies/${encodeURIComponent(company)}/clients/${encodeURIComponent(client)}`;

/** An OAuth client with its secrets, and what can be done with it. */
export function ClientCard({
  company,
  client,
  onMade,
  onChanged,
}: Properties & { readonly onMade: (made: Made) => void }): JSX.Element {
  const mayChange = useMayChange(company);
  const { id, name, disabled, lastUsed, userAgent, secrets, federatedCredentials } = client;
  return (
    <li class="card">
      <h3>
        {name} {disabled !== null && <Badge tone="bad">disabled</Badge>}
      </h3>
      <p class="quiet">
        client_id <code>{id}</code> ·{' '}
        <a href={`${pageAddress('companies', company, 'log')}?credential=${id}`}>what was done with it</a>
      </p>
      <LastUse lastUsed={lastUsed} client={userAgent} />
      {secrets.filter(isInForce).map((secret) => (
        <Secret key={secret.id} company={company} client={client} secret={secret} onChanged={onChanged} />
      ))}
      {federatedCredentials.length > 0 && (
        <p class="quiet">Without a secret: {federatedCredentials.length} federated</p>
      )}
      {mayChange && <Actions company={company} client={client} onMade={onMade} onChanged={onChanged} />}
    </li>
  );
}

function Secret({
  company,
  client,
  secret: { id, daysLeft, revoked, lastUsed },
  onChanged,
}: Properties & { readonly secret: Schema<'ClientSecretView'> }): JSX.Element {
  const mayChange = useMayChange(company);
  const revoke = useAction(async () => {
    const params = { path: { company, client: client.id, id } };
    await answered(api.DELETE('/admin/v1/companies/{company}/clients/{client}/secrets/{id}', { params }));
    onChanged();
  });
  return (
    <>
      <div class="row">
        <span>
          Secret {id} <Days left={daysLeft} revoked={revoked} />{' '}
          <span class="quiet">
            {lastUsed === null ? (
              'not used yet'
            ) : (
              <>
                last used <Time at={lastUsed} />
              </>
            )}
          </span>
        </span>
        {mayChange && (
          <Confirmed
            label={`Revoke secret ${id}`}
            confirm="Revoke it"
            dangerous
            disabled={revoke.running}
            question="From the next request on, whoever uses it is refused, and the tokens that it was exchanged for are, too. This can't be undone."
            call={{ method: 'DELETE', path: `${addressOf(company, client.id)}/secrets/${id}` }}
            onConfirm={() => void revoke.run()}
          />
        )}
      </div>
      <Problem problem={revoke.problem} />
    </>
  );
}

function Actions({
  company,
  client: { id, name, disabled },
  onMade,
  onChanged,
}: Properties & { readonly onMade: (made: Made) => void }): JSX.Element {
  const params = { path: { company, client: id } };
  const body = { overlapDays: OVERLAP_DAYS };
  const rotate = useAction(async () => {
    const call = api.POST('/admin/v1/companies/{company}/clients/{client}/rotate', { params, body });
    onMade({ name, secret: (await answered(call)).issued.secret, kind: 'client secret' });
  });
  const disable = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/clients/{client}/disable', { params }));
    onChanged();
  });
  const enable = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/clients/{client}/enable', { params }));
    onChanged();
  });
  const path = addressOf(company, id);
  return (
    <>
      <div class="row">
        <Confirmed
          label="Rotate its secret"
          confirm="Make a new one"
          disabled={rotate.running}
          question={`A new secret is made. The others go on working for ${OVERLAP_DAYS} days.`}
          call={{ method: 'POST', path: `${path}/rotate`, body }}
          onConfirm={() => void rotate.run()}
        />
        {disabled === null ? (
          <Confirmed
            label="Disable"
            confirm={`Disable ${name}`}
            dangerous
            disabled={disable.running}
            question="It and all tokens that it has are refused from the next request on, until it is enabled again."
            call={{ method: 'POST', path: `${path}/disable` }}
            onConfirm={() => void disable.run()}
          />
        ) : (
          <Confirmed
            label="Enable"
            confirm={`Enable ${name}`}
            disabled={enable.running}
            question="It may ask for tokens again."
            call={{ method: 'POST', path: `${path}/enable` }}
            onConfirm={() => void enable.run()}
          />
        )}
      </div>
      <Problem problem={rotate.problem ?? disable.problem ?? enable.problem} />
    </>
  );
}
