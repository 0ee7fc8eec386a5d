import { Fragment, type JSX } from 'preact';
import { useLocation, useRoute } from 'preact-iso';
import { ProblemError } from '../api/problem.js';
import { pageAddress, SERVICE } from '../location.js';
import { useIsOperator, useMayChange } from '../session.js';
import { addressOf } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { Copyable, Marked, Notice, Page } from '../ui/parts.js';
import { useLive } from '../ui/use-live.js';
import { Checklist } from './checklist.js';
import { NewClient, NewToken } from './new-credential.js';
import { isLocal, type Provider, PROVIDERS } from './providers.js';

const SURFACE = 'standard';
const GRANT = 'client-credentials';

/** What identity providers are given besides a secret, as they have to enter it: the service knows its public address. */
interface Addresses {
  readonly base: string;
  readonly tokenEndpoint: string;
}

/** How is an identity provider connected? What to enter there, and whether it works. */
export function Connect(): JSX.Element {
  const { company = '' } = useRoute().params;
  const { query, path, route } = useLocation();
  const provider = PROVIDERS.find(({ id }) => id === query['provider']);
  const byClient = provider?.byClient !== undefined && query['grant'] === GRANT;
  const addresses = useLive(loadAddresses, []);
  const choose = (chosen: Readonly<Record<string, string>>): void =>
    route(addressOf({ path, query: { ...query, ...chosen } }), true);
  return (
    <Page
      title="Connect an identity provider"
      lead="Choose it, enter there what stands here, and watch the ticks come. Nothing else is needed."
    >
      <div class="filters">
        <label>
          Which one?
          <br />
          <select
            value={provider?.id ?? ''}
            onChange={({ currentTarget }) => choose({ provider: currentTarget.value, credential: '' })}
          >
            <option value="">Choose …</option>
            {PROVIDERS.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {provider?.byClient !== undefined && (
        <GrantChoice
          name={provider.name}
          byClient={byClient}
          onChoose={(grant) => choose({ grant, credential: '' })}
        />
      )}
      {provider !== undefined && (
        <Loaded live={addresses}>
          {(found) => (
            <Steps
              key={`${provider.id} ${byClient}`}
              company={company}
              provider={provider}
              byClient={byClient}
              addresses={found}
              onMade={(credential) => choose({ credential })}
            />
          )}
        </Loaded>
      )}
      <Checklist
        company={company}
        credential={query['credential'] ?? ''}
        expectsGroups={provider?.sendsNoGroups !== true}
      />
      <HandOver company={company} />
    </Page>
  );
}

async function loadAddresses(signal: AbortSignal): Promise<Addresses> {
  const response = await fetch(`${SERVICE}/`, { headers: { Accept: 'application/json' }, signal }).catch(
    () => {
      throw new ProblemError(0, 'The service did not answer.');
    },
  );
  if (!response.ok) throw new ProblemError(response.status, 'The address of the service could not be read.');
  const { surfaces, links } = (await response.json()) as {
    surfaces: { name: string; baseUrl: string }[];
    links: { tokenEndpoint: string };
  };
  const found = surfaces.find(({ name }) => name === SURFACE);
  if (found === undefined) throw new ProblemError(404, 'The service has no standard surface.');
  return { base: found.baseUrl, tokenEndpoint: links.tokenEndpoint };
}

function GrantChoice({
  name,
  byClient,
  onChoose,
}: {
  readonly name: string;
  readonly byClient: boolean;
  readonly onChoose: (grant: string) => void;
}): JSX.Element {
  const choice = (grant: string, label: string, note: string): JSX.Element => (
    <label>
      <input
        type="radio"
        name="grant"
        checked={byClient === (grant === GRANT)}
        onChange={() => onChoose(grant)}
      />{' '}
      <b>{label}</b> <span class="quiet">{note}</span>
    </label>
  );
  return (
    <fieldset class="choice">
      <legend>How does {name} sign in here?</legend>
      {choice('', 'A token', 'The shortest way: one secret, which is good for a year.')}
      {choice(
        GRANT,
        'OAuth 2.0 client credentials',
        'Client id and secret, for which it gets itself tokens of an hour. Applications of Entra’s gallery take nothing else.',
      )}
    </fieldset>
  );
}

function Steps({
  company,
  provider,
  byClient,
  addresses: { base, tokenEndpoint },
  onMade,
}: {
  readonly company: string;
  readonly provider: Provider;
  readonly byClient: boolean;
  readonly addresses: Addresses;
  /** Told the id of the credential that was made. */
  readonly onMade: (credential: string) => void;
}): JSX.Element {
  const { name, before, where, urlField, urlSuffix = '', test, next, failures, guide } = provider;
  const fields = (byClient ? provider.byClient : undefined) ?? provider.byToken;
  return (
    <>
      <Reachability base={base} />
      {before.length > 0 && (
        <>
          <h2>Before you begin</h2>
          <ul>
            {before.map((text) => (
              <li key={text}>
                <Marked text={text} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>1. Enter this at {name}</h2>
      <p>
        <Marked text={where} />
      </p>
      <dl>
        {fields.others.map(([field, value]) => (
          <Fragment key={field}>
            <dt>{field}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <Copyable label={urlField} value={base + urlSuffix} />
      {'token' in fields ? (
        <NewToken company={company} name={name} field={fields.token} onMade={onMade} />
      ) : (
        <>
          <Copyable label={fields.tokenEndpoint} value={tokenEndpoint} />
          <NewClient company={company} name={name} fields={fields} onMade={onMade} />
        </>
      )}
      <h2>2. Then</h2>
      <ol>
        {test !== undefined && (
          <li>
            Press <b>{test}</b>. The first tick below comes within a minute.
          </li>
        )}
        {next.map((text) => (
          <li key={text}>
            <Marked text={text} />
          </li>
        ))}
      </ol>
      <details class="failures">
        <summary>Does the test fail?</summary>
        <dl>
          {failures.map(([seen, cure]) => (
            <Fragment key={seen}>
              <dt>{seen}</dt>
              <dd>{cure}</dd>
            </Fragment>
          ))}
        </dl>
        <p class="quiet">
          A secret that was mistyped belongs to no company, so that no page here shows what came with it.
        </p>
      </details>
      <p>
        <a href={`${SERVICE}/docs/guides/${guide}`}>The guide has more of it</a>, such as all mappings, and
        what is sent when people leave.
      </p>
    </>
  );
}

/** Whether a provider in the cloud can use the address, and who can mend it. */
function Reachability({ base }: { readonly base: string }): JSX.Element | null {
  const isOperator = useIsOperator();
  const guide = `${SERVICE}/docs/guides/tls`;
  if (isLocal(base)) {
    return (
      <Notice tone="warn">
        <strong>{new URL(base).host} can only be reached from here.</strong> A provider in the cloud needs a
        public HTTPS address.{' '}
        {isOperator ? (
          <>
            Put a proxy with a certificate in front, set <code>PUBLIC_URL</code> to its address, and start
            Rollcall anew. <a href={guide}>How that is done</a>
          </>
        ) : (
          <>
            Ask whoever runs Rollcall for one before you go on. <a href={guide}>What they have to do</a>
          </>
        )}
      </Notice>
    );
  }
  if (base.startsWith('https:')) return null;
  return (
    <Notice tone="warn">
      <strong>The address has no HTTPS.</strong> Tokens would travel in the clear, and providers in the cloud
      refuse it. <a href={guide}>What to do</a>
    </Notice>
  );
}

/** Whoever is here may not be who administers the identity provider. */
function HandOver({ company }: { readonly company: string }): JSX.Element | null {
  if (!useMayChange(company)) return null;
  return (
    <p class="quiet">
      Does somebody else administer the identity provider?{' '}
      <a href={pageAddress('companies', company, 'credentials')}>Send a set-up link</a>, which is made at the
      end of the page Credentials and leads to this one.
    </p>
  );
}
