import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { MOST_COMPANIES, useCompanies } from '../companies.js';
import { pageAddress } from '../location.js';
import { addressOf } from '../ui/curl.js';
import { HoursChart } from '../ui/hours-chart.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Curl, Page, Time } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { type Live, useLive } from '../ui/use-live.js';
import { NewCompany } from './new-company.js';
import { type Trouble, troublesOf } from './troubles.js';

/** From how many companies on they are searched. */
const MANY = 5;

interface Shown {
  readonly company: Schema<'CompanyView'>;
  readonly summary: Schema<'ActivitySummaryView'> | undefined;
  readonly troubles: readonly Trouble[];
}

interface ShownPage {
  readonly shown: readonly Shown[];
  readonly next: string | null;
}

/** Is everyone in sync? Companies by how much is wrong with them. */
export function Home(): JSX.Element {
  const { query: asked, path, route } = useLocation();
  const { search = '', cursor = '' } = asked;
  const query = { count: MOST_COMPANIES, ...(search !== '' && { search }), ...(cursor !== '' && { cursor }) };
  const live = useShownCompanies(query);
  return (
    <Page title="Is everyone in sync?">
      {(search !== '' || (live.value?.shown.length ?? 0) > MANY) && (
        <Search
          key={search}
          search={search}
          onSearch={(text) => route(addressOf({ path, query: { search: text } }))}
        />
      )}
      <Loaded live={live}>
        {({ shown, next }) => {
          const troubled = shown.filter(({ troubles }) => troubles.some(({ weight }) => weight > 0)).length;
          const isPart = next !== null || search !== '' || cursor !== '';
          return (
            <>
              <p class="lead" role="status">
                {shown.length === 0 && isPart
                  ? 'No company was found.'
                  : troubled === 0
                    ? `Yes: nothing is wrong with ${shown.length === 1 ? 'the company' : `any of ${isPart ? 'these ' : ''}${shown.length} companies`}.`
                    : `Not quite: look at ${counted(troubled, 'company').replace('companys', 'companies')}.`}
              </p>
              <ul class="cards">
                {shown.map((each) => (
                  <CompanyCard key={each.company.id} {...each} />
                ))}
              </ul>
              <p class="row">
                {cursor !== '' && <a href={addressOf({ path, query: { search } })}>The first companies</a>}
                {next !== null && (
                  <a href={addressOf({ path, query: { search, cursor: next } })}>More companies</a>
                )}
              </p>
            </>
          );
        }}
      </Loaded>
      <Curl call={{ path: '/admin/v1/activity-summaries', query }} />
      <NewCompany />
    </Page>
  );
}

/** Asks for a part of a name. The answer stands in the address of the page. */
function Search({
  search,
  onSearch,
}: {
  readonly search: string;
  readonly onSearch: (text: string) => void;
}): JSX.Element {
  const [text, setText] = useState(search);
  return (
    <form
      class="filters"
      role="search"
      aria-label="Companies"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <label>
        Find a company
        <br />
        <input
          type="search"
          maxLength={200}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button type="submit">Find</button>
    </form>
  );
}

const WORDS = { bad: 'look', warn: 'soon', plain: 'new' } as const;

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
        {troubles.map(({ tone, text, word, page, query: part }) => (
          <li key={text}>
            <Badge tone={tone}>{word ?? WORDS[tone]}</Badge>{' '}
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

interface Query {
  readonly count: number;
  readonly search?: string;
  readonly cursor?: string;
}

/** The companies that were asked for, the worst first; all where nothing was. */
function useShownCompanies(query: Query): Pick<Live<ShownPage>, 'value' | 'problem'> {
  const { search = '', cursor = '' } = query;
  const all = useCompanies();
  const isPart = search !== '' || cursor !== '';
  const live = useLive(
    async (signal) => {
      const params = { query };
      const [part, summaries, holds] = await Promise.all([
        isPart ? answered(api.GET('/admin/v1/companies', { params, signal })) : undefined,
        answered(api.GET('/admin/v1/activity-summaries', { params, signal })),
        answered(api.GET('/admin/v1/holds', { params: { query: { count: MOST_COMPANIES } }, signal })),
      ]);
      return { part, summaries, holds };
    },
    [search, cursor],
  );
  const companies = isPart ? live.value?.part : all.value;
  const problem = live.problem ?? (isPart ? undefined : all.problem);
  if (live.value === undefined || companies === undefined) return { value: undefined, problem };
  const { summaries, holds } = live.value;
  return {
    value: { shown: worstFirst(companies.items, summaries.items, holds.items), next: companies.next },
    problem,
  };
}

function worstFirst(
  companies: readonly Schema<'CompanyView'>[],
  summaries: readonly Schema<'ActivitySummaryView'>[],
  holds: readonly Schema<'HeldCompanyView'>[],
): readonly Shown[] {
  const summaryOf = new Map(summaries.map((item) => [item.id, item]));
  const holdOf = new Map(holds.map((item) => [item.id, item]));
  const now = new Date();
  const shown = companies.map((company) => {
    const summary = summaryOf.get(company.id);
    return { company, summary, troubles: troublesOf(company, summary, holdOf.get(company.id), now) };
  });
  const worst = ({ troubles }: Shown): number => troubles[0]?.weight ?? -1;
  return shown.sort((one, other) => worst(other) - worst(one));
}
