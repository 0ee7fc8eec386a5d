import { type JSX } from 'preact';
import { useLocation, useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress, SERVICE } from '../location.js';
import { addressOf } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { CopyButton, Curl, Page, Time } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { useLive } from '../ui/use-live.js';
import { attributeOf, DEFAULT_MAPPING, type Mapping as Row, MAPPINGS } from './mappings.js';
import { PROVIDERS } from './providers.js';

/** It reads thousands of users, which change little. */
const EVERY_MS = 60_000;

type Usage = Schema<'AttributeUsageView'>;

/** Which attributes arrive, which do not, and how are they mapped? */
export function Mapping(): JSX.Element {
  const { company = '' } = useRoute().params;
  const { query, path, route } = useLocation();
  const provider = PROVIDERS.find(({ id }) => id === query['provider']);
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/attribute-usage', { params: { path: { company } }, signal }),
      ),
    [company],
    EVERY_MS,
  );
  return (
    <Page
      title="Mapping"
      lead="Which attributes of people arrive, and what the identity provider should send."
    >
      <Loaded live={live}>
        {(usage) => (
          <>
            <Ignored company={company} usage={usage} />
            <section aria-labelledby="mapping">
              <h2 id="mapping">The mapping to enter</h2>
              <div class="filters">
                <label>
                  Identity provider
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
                <>
                  <MappingTable rows={MAPPINGS[provider.id] ?? DEFAULT_MAPPING} usage={usage} />
                  <p class="quiet">
                    Remove what nobody reads: each mapping is one more reason for an update.{' '}
                    <a href={`${SERVICE}/docs/guides/${provider.guide}`}>The guide</a> says where it is
                    entered.
                  </p>
                </>
              )}
            </section>
            <Arriving usage={usage} />
          </>
        )}
      </Loaded>
      <Curl call={{ path: `/admin/v1/companies/${encodeURIComponent(company)}/attribute-usage` }} />
    </Page>
  );
}

function Ignored({ company, usage }: { readonly company: string; readonly usage: Usage }): JSX.Element {
  return (
    <section aria-labelledby="ignored">
      <h2 id="ignored">What arrived and was left out</h2>
      {usage.ignored.length === 0 ? (
        <p>Nothing within 30 days.</p>
      ) : (
        <>
          <p>
            No schema has it, or clients may not write it. Take it out of the mapping, or{' '}
            <a href={`${SERVICE}/docs/guides/extensions`}>add an attribute</a>.{' '}
            <a href={`${pageAddress('companies', company, 'log')}?outcome=ignored`}>The requests</a>
          </p>
          <table>
            <caption>Of the newest 1,000 such requests within 30 days</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Requests</th>
                <th scope="col">Last</th>
              </tr>
            </thead>
            <tbody>
              {usage.ignored.map(({ name, requests, last }) => (
                <tr key={name}>
                  <td>
                    <code>{name}</code>
                  </td>
                  <td>{requests.toLocaleString('en')}</td>
                  <td>
                    <Time at={last} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function MappingTable({
  rows,
  usage,
}: {
  readonly rows: readonly Row[];
  readonly usage: Usage;
}): JSX.Element {
  const usersOf = new Map(usage.attributes.map(({ path, users }) => [path, users]));
  return (
    <table>
      <caption>{basisOf(usage)}</caption>
      <thead>
        <tr>
          <th scope="col">At the provider</th>
          <th scope="col">Attribute</th>
          <th scope="col">Users that have it</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ from, to, remark }) => (
          <tr key={to}>
            <td>
              <code>{from}</code>
              {remark !== undefined && <p class="quiet">{remark}</p>}
            </td>
            <td>
              <code>{to}</code> <CopyButton value={to} label={to} />
            </td>
            <td>
              <Share users={usersOf.get(attributeOf(to)) ?? 0} of={usage.lookedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Arriving({ usage }: { readonly usage: Usage }): JSX.Element {
  const { attributes, lookedAt } = usage;
  const isSent = ({ users }: { readonly users: number }): boolean => users > 0;
  const missing = attributes.filter((each) => !isSent(each));
  return (
    <section aria-labelledby="arriving">
      <h2 id="arriving">What arrives</h2>
      {lookedAt === 0 ? (
        <p>There is no user yet.</p>
      ) : (
        <>
          <table>
            <caption>{basisOf(usage)}</caption>
            <thead>
              <tr>
                <th scope="col">Attribute</th>
                <th scope="col">Users that have it</th>
              </tr>
            </thead>
            <tbody>
              {attributes.filter(isSent).map(({ path, users }) => (
                <tr key={path}>
                  <td>
                    <code>{path}</code>
                  </td>
                  <td>
                    <Share users={users} of={lookedAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {missing.length > 0 && (
            <details>
              <summary>{counted(missing.length, 'attribute')} that nobody has</summary>
              <ul>
                {missing.map(({ path }) => (
                  <li key={path}>
                    <code>{path}</code>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  );
}

const basisOf = ({ lookedAt, users }: Usage): string =>
  lookedAt < users
    ? `Of the newest ${lookedAt.toLocaleString('en')} of ${users.toLocaleString('en')} users`
    : `Of all ${counted(users, 'user')}`;

/** A share in words and as a bar; the words alone count. */
function Share({ users, of }: { readonly users: number; readonly of: number }): JSX.Element {
  const percent = of === 0 ? 0 : (users / of) * 100;
  const text = of === 0 ? 'no user yet' : `${percent > 0 && percent < 1 ? '< 1' : Math.floor(percent)} %`;
  return (
    <span class="share">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="none" width="100" height="8" />
        <rect class="some" width={percent} height="8" />
      </svg>
      {text} <span class="quiet">({users.toLocaleString('en')})</span>
    </span>
  );
}
