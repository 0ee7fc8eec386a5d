import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { HoursChart } from '../ui/hours-chart.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Curl, Page, Time } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { useLive } from '../ui/use-live.js';
import { type Trouble, troublesOf } from './troubles.js';

const MOST_COMPANIES = 200;
const query = { count: MOST_COMPANIES };

interface Shown {
  readonly company: Schema<'CompanyView'>;
  readonly summary: Schema<'ActivitySummaryView'> | undefined;
  readonly troubles: readonly Trouble[];
}

/** Is everyone in sync? Companies by how much is wrong with them. */
export function Home(): JSX.Element {
  const [search, setSearch] = useState('');
  const live = useLive(loadCompanies, []);
  return (
    <Page title="Is everyone in sync?">
      <Loaded live={live}>
        {({ shown, more }) => {
          const troubled = shown.filter(({ troubles }) => troubles.some(({ weight }) => weight > 0)).length;
          const wanted = search.toLowerCase();
          const found = shown.filter(({ company: { name, slug } }) =>
            [name, slug].some((text) => text.toLowerCase().includes(wanted)),
          );
          return (
            <>
              <p class="lead" role="status">
                {troubled === 0
                  ? `Yes: nothing is wrong with ${shown.length === 1 ? 'the company' : `any of ${shown.length} companies`}.`
                  : `Not quite: look at ${counted(troubled, 'company').replace('companys', 'companies')}.`}
              </p>
              {shown.length > 5 && (
                <div class="filters">
                  <label>
                    Find a company
                    <br />
                    <input
                      type="search"
                      value={search}
                      onInput={({ currentTarget }) => setSearch(currentTarget.value)}
                    />
                  </label>
                </div>
              )}
              <ul class="cards">
                {found.map((each) => (
                  <CompanyCard key={each.company.id} {...each} />
                ))}
              </ul>
              {more && <p class="quiet">Only the first {MOST_COMPANIES} companies are shown.</p>}
            </>
          );
        }}
      </Loaded>
      <Curl call={{ path: '/admin/v1/activity-summaries', query }} />
    </Page>
  );
}

function CompanyCard({ company, summary, troubles }: Shown): JSX.Element {
  const { slug, name, users, groups, lastUsed } = company;
  return (
    <li class="card">
      <h2>
        <a href={pageAddress('companies', slug, 'log')}>{name}</a> <span class="quiet">{slug}</span>
      </h2>
      <ul class="troubles">
        {troubles.length === 0 && (
          <li>
            <Badge tone="good">in sync</Badge>
          </li>
        )}
        {troubles.map(({ tone, text, page, query: part }) => (
          <li key={text}>
            <Badge tone={tone}>{tone === 'bad' ? 'look' : tone === 'warn' ? 'soon' : 'new'}</Badge>{' '}
            <a href={`${pageAddress('companies', slug, page)}${part === undefined ? '' : `?${part}`}`}>
              {text}
            </a>
          </li>
        ))}
      </ul>
      {summary !== undefined && summary.refused > 0 && (
        <HoursChart hours={summary.refusedByHour} thing="refusal" />
      )}
      <p class="quiet">
        {counted(users, 'user')}, {counted(groups, 'group')}
        {summary?.lastChange != null && (
          <>
            {' · last change '}
            <Time at={summary.lastChange} />
          </>
        )}
        {lastUsed !== null && (
          <>
            {' · last request '}
            <Time at={lastUsed} />
          </>
        )}
      </p>
    </li>
  );
}

async function loadCompanies(signal: AbortSignal): Promise<{ shown: readonly Shown[]; more: boolean }> {
  const params = { query };
  const [companies, summaries, holds] = await Promise.all([
    answered(api.GET('/admin/v1/companies', { params, signal })),
    answered(api.GET('/admin/v1/activity-summaries', { params, signal })),
    answered(api.GET('/admin/v1/holds', { params, signal })),
  ]);
  const summaryOf = new Map(summaries.items.map((item) => [item.id, item]));
  const holdOf = new Map(holds.items.map((item) => [item.id, item]));
  const now = new Date();
  const shown = companies.items.map((company) => {
    const summary = summaryOf.get(company.id);
    return { company, summary, troubles: troublesOf(company, summary, holdOf.get(company.id), now) };
  });
  const worst = ({ troubles }: Shown): number => troubles[0]?.weight ?? -1;
  return { shown: shown.sort((one, other) => worst(other) - worst(one)), more: companies.next !== null };
}
