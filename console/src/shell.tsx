import { type ComponentChildren, type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { answered, api, type Schema } from './api/client.js';
import { signOut } from './api/sessions.js';
import { useCompanies } from './companies.js';
import { pageAddress, ROOT, SERVICE } from './location.js';
import { STATES } from './pages/troubles.js';
import { useIsOperator, useSelf } from './session.js';
import { SessionEnd } from './session-end.js';
import { CompanySearch } from './ui/company-search.js';
import { useAction } from './ui/use-action.js';
import { useLive } from './ui/use-live.js';
import { Notice, Problem } from './ui/parts.js';

/** The pages of a company: the last segment of the address, and what the page is called. */
const COMPANY_PAGES: readonly (readonly [segment: string, name: string])[] = [
  ['connect', 'Connect'],
  ['log', 'What happened'],
  ['groups', 'Groups'],
  ['people', 'People'],
  ['credentials', 'Credentials'],
  ['safety', 'Safety'],
  ['events', 'Events'],
  ['mapping', 'Mapping'],
  ['settings', 'Settings'],
];

/** The page of a company that is opened where none was. */
const FIRST_PAGE = 'log';

/** The state of a company seldom changes. */
const STATE_EVERY_MS = 30_000;

/** What stands around each page: where one is, and who one is. */
export function Shell({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const { path, query } = useLocation();
  const [company, page] = placeOf(path);
  // A group and a person have pages of their own.
  useFocusOnPage([path, query['group'], query['user']].join(' '));
  return (
    <>
      <a class="skip" href="#content">
        Skip to the page
      </a>
      <header class="bar">
        <a class="home" href={`${ROOT}/`}>
          <img src={`${ROOT}/icon.svg`} alt="" width="24" height="24" />
          Rollcall
        </a>
        <CompanyPicker company={company} page={page} />
        <Account />
      </header>
      {company !== undefined && (
        <nav class="pages" aria-label="Pages of the company">
          {COMPANY_PAGES.map(([segment, name]) => (
            <a
              key={segment}
              href={pageAddress('companies', company, segment)}
              aria-current={segment === page ? 'page' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
      )}
      <SessionEnd />
      {company !== undefined && page !== 'settings' && <StateNotice company={company} />}
      {children}
    </>
  );
}

/** That a company is not served as usual, on all pages but the one that says it anyway. */
function StateNotice({ company }: { readonly company: string }): JSX.Element | null {
  const { value } = useCompanies();
  if (value === undefined) return null;
  const listed = value.items.find(({ id, slug }) => [id, slug].includes(company));
  return listed === undefined ? (
    <UnlistedStateNotice company={company} />
  ) : (
    <NoticeOfState company={company} state={listed.state} />
  );
}

/** Asks for a company that is not among the first ones. */
function UnlistedStateNotice({ company }: { readonly company: string }): JSX.Element | null {
  const { value } = useLive(
    (signal) => answered(api.GET('/admin/v1/companies/{company}', { params: { path: { company } }, signal })),
    [company],
    STATE_EVERY_MS,
  );
  return value === undefined ? null : <NoticeOfState company={company} state={value.state} />;
}

function NoticeOfState({
  company,
  state,
}: {
  readonly company: string;
  readonly state: Schema<'CompanyView'>['state'];
}): JSX.Element | null {
  if (state === 'active') return null;
  return (
    <div class="above">
      <Notice tone={state === 'paused' ? 'warn' : 'bad'} label="The state of the company">
        <strong>{STATES[state]}.</strong> <a href={pageAddress('companies', company, 'settings')}>Settings</a>{' '}
        has since when, and what ends it.
      </Notice>
    </div>
  );
}

/** The company and the page of an address, where it has them. */
function placeOf(path: string): readonly [company: string | undefined, page: string | undefined] {
  const [kind, company, page] = path.slice(ROOT.length + 1).split('/');
  return kind === 'companies' && company ? [decodeURIComponent(company), page] : [undefined, undefined];
}

/** A page that was opened by a link is read from its beginning, as a document that was loaded would be. */
function useFocusOnPage(place: string): void {
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    document.getElementById('content')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [place]);
}

function CompanyPicker({
  company,
  page = FIRST_PAGE,
}: {
  readonly company: string | undefined;
  readonly page: string | undefined;
}): JSX.Element | null {
  const { route } = useLocation();
  const { value } = useCompanies();
  if (value === undefined) return null;
  const open = (slug: string): void => route(slug === '' ? `${ROOT}/` : pageAddress('companies', slug, page));
  if (value.next !== null) return <CompanySearch company={company} onOpen={open} />;
  const isListed = value.items.some(({ slug }) => slug === company);
  return (
    <label class="picker">
      <span class="unseen">Company</span>
      <select value={company ?? ''} onChange={({ currentTarget }) => open(currentTarget.value)}>
        <option value="">All companies</option>
        {company !== undefined && !isListed && <option value={company}>{company}</option>}
        {value.items.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

const ROLES = {
  operator: 'operator',
  companyAdministrator: 'company administrator',
  reader: 'reader',
} as const;

function Account(): JSX.Element {
  const { name, roles } = useSelf();
  const isOperator = useIsOperator();
  // Whoever is signed out is asked to sign in by the next call.
  const out = useAction(async () => {
    await signOut();
    location.assign(`${ROOT}/`);
  });
  return (
    <div class="account">
      <span class="quiet">
        {name}, {roles.map((role) => ROLES[role]).join(' and ')}
      </span>
      <a href={`${SERVICE}/docs/guides`}>Guides</a>
      <a href={`${SERVICE}/docs`}>API</a>
      <a href={`${ROOT}/settings`}>{isOperator ? 'Deployment' : 'Sessions'}</a>
      <button type="button" class="plain" disabled={out.running} onClick={() => void out.run()}>
        Sign out
      </button>
      <Problem problem={out.problem} />
    </div>
  );
}
