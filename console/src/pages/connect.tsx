import { type ComponentChildren, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { ProblemError } from '../api/problem.js';
import { pageAddress, SERVICE } from '../location.js';
import { useMayChange } from '../session.js';
import { addressOf } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { Copyable, Curl, Page, Problem, Time } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { isLocal, type Provider, PROVIDERS } from './providers.js';

const SURFACE = 'standard';

/** How is an identity provider connected? What to enter there, and whether it works. */
export function Connect(): JSX.Element {
  const { company = '' } = useRoute().params;
  const { query, path, route } = useLocation();
  const provider = PROVIDERS.find(({ id }) => id === query['provider']);
  const base = useLive(loadBaseUrl, []);
  return (
    <Page title="Connect an identity provider">
      <div class="filters">
        <label>
          Which one?
          <br />
          <select
            value={provider?.id ?? ''}
            onChange={({ currentTarget }) =>
              route(addressOf({ path, query: { ...query, provider: currentTarget.value } }), true)
            }
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
      {provider !== undefined && (
        <Loaded live={base}>
          {(url) => <Fields key={provider.id} company={company} provider={provider} base={url} />}
        </Loaded>
      )}
      <Checklist company={company} />
    </Page>
  );
}

/** The base URL as identity providers have to enter it: the service knows its public address. */
async function loadBaseUrl(signal: AbortSignal): Promise<string> {
  const response = await fetch(`${SERVICE}/`, { headers: { Accept: 'application/json' }, signal }).catch(
    () => {
      throw new ProblemError(0, 'The service did not answer.');
    },
  );
  if (!response.ok) throw new ProblemError(response.status, 'The address of the service could not be read.');
  const { surfaces } = (await response.json()) as { surfaces: { name: string; baseUrl: string }[] };
  const found = surfaces.find(({ name }) => name === SURFACE);
  if (found === undefined) throw new ProblemError(404, 'The service has no standard surface.');
  return found.baseUrl;
}

function Fields({
  company,
  provider,
  base,
}: {
  readonly company: string;
  readonly provider: Provider;
  readonly base: string;
}): JSX.Element {
  const { name, where, urlField, tokenField, urlSuffix = '', others, test, next, guide } = provider;
  return (
    <>
      {isLocal(base) ? (
        <p class="notice">
          <strong>{new URL(base).host} can only be reached from here.</strong> A provider in the cloud needs a
          public HTTPS address: put a proxy with a certificate in front, set <code>PUBLIC_URL</code> to its
          address, and start Rollcall anew. <a href={`${SERVICE}/docs/guides/tls`}>How that is done</a>
        </p>
      ) : (
        !base.startsWith('https:') && (
          <p class="notice">
            <strong>The address has no HTTPS.</strong> Tokens would travel in the clear, and providers in the
            cloud refuse it. <a href={`${SERVICE}/docs/guides/tls`}>What to do</a>
          </p>
        )
      )}
      <h2>1. Enter this at {name}</h2>
      <p>{where}</p>
      <Copyable label={urlField} value={base + urlSuffix} />
      <NewToken company={company} name={name} field={tokenField} />
      {others.length > 0 && (
        <dl>
          {others.map(([field, value]) => (
            <>
              <dt>{field}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      )}
      <h2>2. Then</h2>
      <ol>
        {test !== undefined && (
          <li>
            Press <b>{test}</b>. The first tick below comes within a minute.
          </li>
        )}
        {next.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>
        <a href={`${SERVICE}/docs/guides/${guide}`}>The guide has more of it</a>, such as mappings and what is
        seen when something fails.
      </p>
    </>
  );
}

function NewToken({
  company,
  name,
  field,
}: {
  readonly company: string;
  readonly name: string;
  readonly field: string;
}): JSX.Element {
  const mayChange = useMayChange(company);
  const [issued, setIssued] = useState<Schema<'IssuedTokenView'>>();
  const body = { name };
  const issue = useAction(async () => {
    const made = await answered(
      api.POST('/admin/v1/companies/{company}/tokens', { params: { path: { company } }, body }),
    );
    setIssued(made);
  });
  if (issued !== undefined) {
    return (
      <Copyable
        label={field}
        value={issued.secret}
        secret
        note={
          <>
            It is shown this once: enter it before you leave the page.
            {issued.expires !== null && ` It ends on ${issued.expires.slice(0, 10)}.`}
          </>
        }
      />
    );
  }
  return (
    <div class="copyable">
      <b>{field}</b>
      {mayChange ? (
        <p>
          <button type="button" class="main" disabled={issue.running} onClick={() => void issue.run()}>
            Make a token for {name}
          </button>
        </p>
      ) : (
        <p class="quiet">You may look, and not make one: ask an administrator of the company.</p>
      )}
      <Problem problem={issue.problem} />
      <Curl
        call={{ method: 'POST', path: `/admin/v1/companies/${encodeURIComponent(company)}/tokens`, body }}
      />
    </div>
  );
}

interface Progress {
  readonly lastUsed: string | null;
  readonly users: number;
  readonly groups: number;
  readonly hasMembers: boolean;
  readonly refused: boolean;
}

/** Ticks itself as the identity provider goes on. */
function Checklist({ company }: { readonly company: string }): JSX.Element {
  const live = useLive((signal) => loadProgress(company, signal), [company]);
  return (
    <section aria-labelledby="checklist">
      <h2 id="checklist">Does it work?</h2>
      <Loaded live={live}>
        {({ lastUsed, users, groups, hasMembers, refused }) => (
          <>
            <ul class="checklist" aria-live="polite">
              <Tick done={lastUsed !== null}>
                The connection was tested
                {lastUsed !== null && (
                  <span class="quiet">
                    {' · last request '}
                    <Time at={lastUsed} />
                  </span>
                )}
              </Tick>
              <Tick done={users > 0}>
                The first user came {users > 0 && <span class="quiet">· {counted(users, 'user')}</span>}
              </Tick>
              <Tick done={groups > 0}>
                The first group came {groups > 0 && <span class="quiet">· {counted(groups, 'group')}</span>}
              </Tick>
              <Tick done={hasMembers}>The first member came into a group</Tick>
            </ul>
            {refused && (
              <p class="notice">
                Something was refused.{' '}
                <a href={`${pageAddress('companies', company, 'log')}?outcome=refused`}>See what, and why</a>
              </p>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

async function loadProgress(company: string, signal: AbortSignal): Promise<Progress> {
  const path = { company };
  const entries = async (query: object): Promise<readonly Schema<'ActivityView'>[]> => {
    const call = api.GET('/admin/v1/companies/{company}/activity', { params: { path, query }, signal });
    return ((await answered(call)) as unknown as Schema<'ActivityListView'>).items;
  };
  const [{ lastUsed, users, groups }, members, created, refused] = await Promise.all([
    answered(api.GET('/admin/v1/companies/{company}', { params: { path }, signal })),
    entries({ operation: 'members', outcome: 'done', count: 1 }),
    entries({ operation: 'create', outcome: 'done', count: 200 }),
    entries({ outcome: 'refused', count: 1 }),
  ]);
  return {
    lastUsed,
    users,
    groups,
    hasMembers: members.length > 0 || created.some(({ added }) => added > 0),
    refused: refused.length > 0,
  };
}

const Tick = ({
  done,
  children,
}: {
  readonly done: boolean;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <li class={done ? 'ticked' : undefined}>
    <span class="unseen">{done ? 'Done: ' : 'Not yet: '}</span>
    {children}
  </li>
);
