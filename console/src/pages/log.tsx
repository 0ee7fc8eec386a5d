import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { type Entry } from '../journal/entry.js';
import { type Fold, foldFailures } from '../journal/fold.js';
import { sentenceOf } from '../journal/sentence.js';
import { addressOf } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Curl, Notice, Page, Problem, Time } from '../ui/parts.js';
import { saveAnswer } from '../ui/save-answer.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { useNames } from '../ui/use-names.js';
import { EntryDetails } from './entry-details.js';
import { RecordingPart } from './recording-part.js';
import { TimelinePart } from './timeline-part.js';
import { silenceOf } from './troubles.js';

const COUNT = 100;

/** What can be chosen, by the parameter of the admin API. */
const CHOICES = {
  outcome: [
    ['', 'Everything'],
    ['refused', 'Refused'],
    ['ignored', 'Partly left out'],
    ['done', 'Done'],
  ],
  operation: [
    ['', 'Any'],
    ['create', 'Create'],
    ['patch', 'Change by PATCH'],
    ['replace', 'Change by PUT'],
    ['members', 'Members'],
    ['activate', 'Activate'],
    ['deactivate', 'Deactivate'],
    ['delete', 'Delete'],
    ['request', 'Wrong address or credential'],
    ['token', 'Access token'],
  ],
} as const;

/** The outcomes that the timeline counts. */
const COUNTED: ReadonlySet<string> = new Set(['', 'done', 'refused']);

/** The parameters of the page, which are those of the admin API. */
const FILTERS = ['outcome', 'operation', 'credential', 'resource', 'member', 'from', 'to'] as const;
type Filters = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;

/** What happened, and why did it fail? */
export function Log(): JSX.Element {
  const { company = '' } = useRoute().params;
  const { query: asked, path, route } = useLocation();
  const filters: Filters = Object.fromEntries(
    FILTERS.flatMap((name) => (asked[name] ? [[name, asked[name]]] : [])),
  );
  const { cursor } = asked;
  const showsUnchanged = asked['unchanged'] === 'shown';
  const query = {
    ...filters,
    ...(!showsUnchanged && { exceptUnchanged: true }),
    ...(cursor !== undefined && { cursor }),
    count: COUNT,
  };
  const address = `/admin/v1/companies/${encodeURIComponent(company)}/activity`;
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/activity', {
          params: { path: { company }, query: query as { outcome?: Entry['outcome'] } },
          signal,
        }) as Promise<{ data?: Schema<'ActivityListView'>; error?: unknown; response: Response }>,
      ),
    [company, JSON.stringify(query)],
  );

  /** Whether the list begins with what is going on now. */
  const isWhole = cursor === undefined && Object.keys(filters).every((name) => name === 'outcome');
  const silent = useSilence(company);
  const silence = isWhole ? silent : undefined;

  const about = filters.resource ?? filters.member;
  const names = useNames(company, about === undefined ? [] : [about]);

  /** Another choice begins at the newest entry again. */
  const choose = (changed: Readonly<Record<string, string>>): void => {
    const { cursor: _, ...others } = asked;
    route(addressOf({ path, query: { ...others, ...changed } }), true);
  };

  return (
    <Page title="What happened">
      <RecordingPart company={company} />
      {COUNTED.has(filters.outcome ?? '') && filters.member === undefined && (
        <TimelinePart company={company} filters={filters} />
      )}
      <div class="filters" role="group" aria-label="Filters">
        <Choice label="What became of it" name="outcome" value={filters.outcome} onChoose={choose} />
        <Choice label="Operation" name="operation" value={filters.operation} onChoose={choose} />
        <CredentialChoice company={company} value={filters.credential} onChoose={choose} />
        <DayChoice label="From (UTC)" name="from" value={filters.from} onChoose={choose} />
        <DayChoice label="Before (UTC)" name="to" value={filters.to} onChoose={choose} />
        <label class="check">
          <input
            type="checkbox"
            checked={showsUnchanged}
            onChange={({ currentTarget }) => choose({ unchanged: currentTarget.checked ? 'shown' : '' })}
          />{' '}
          Show harmless repetition
        </label>
      </div>
      {about !== undefined && (
        <p>
          Only about <b>{names.get(about) ?? about}</b>.{' '}
          <a href={addressOf({ path, query: { ...asked, resource: '', member: '', cursor: '' } })}>
            Show all
          </a>
        </p>
      )}
      <Loaded live={live}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <Notice tone="plain">{emptyText(filters)}</Notice>}
            {(items.length > 0 || silence !== undefined) && (
              <ol class="log" aria-label="Entries, the newest first">
                {silence}
                {foldFailures(items).map((fold) => (
                  <Row key={fold.key} company={company} fold={fold} />
                ))}
              </ol>
            )}
            <p class="row">
              {cursor !== undefined && (
                <a href={addressOf({ path, query: { ...asked, cursor: '' } })}>Newest entries</a>
              )}
              {next !== null && (
                <a href={addressOf({ path, query: { ...asked, cursor: next } })}>Older entries</a>
              )}
              {items.length > 0 && (
                <Download company={company} address={addressOf({ path: address, query: filters })} />
              )}
            </p>
          </>
        )}
      </Loaded>
      <Curl call={{ path: address, query }} />
      <Curl does="make the table" call={{ path: address, query: filters, headers: { Accept: 'text/csv' } }} />
    </Page>
  );
}

const emptyText = (filters: Filters): string =>
  Object.keys(filters).length === 0
    ? 'Nothing has happened yet. The page shows by itself what comes.'
    : 'Nothing of that kind was found.';

function Choice({
  label,
  name,
  value = '',
  onChoose,
}: {
  readonly label: string;
  readonly name: keyof typeof CHOICES;
  readonly value: string | undefined;
  readonly onChoose: (changed: Readonly<Record<string, string>>) => void;
}): JSX.Element {
  return (
    <label>
      {label}
      <br />
      <select value={value} onChange={({ currentTarget }) => onChoose({ [name]: currentTarget.value })}>
        {CHOICES[name].map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function CredentialChoice({
  company,
  value = '',
  onChoose,
}: {
  readonly company: string;
  readonly value: string | undefined;
  readonly onChoose: (changed: Readonly<Record<string, string>>) => void;
}): JSX.Element {
  const { value: named = [] } = useLive(
    async (signal) => {
      const params = { path: { company }, query: { count: 200 } };
      const [tokens, clients] = await Promise.all([
        answered(api.GET('/admin/v1/companies/{company}/tokens', { params, signal })),
        answered(api.GET('/admin/v1/companies/{company}/clients', { params, signal })),
      ]);
      return [...tokens.items, ...clients.items].map(({ id, name }) => ({ id, name }));
    },
    [company],
  );
  return (
    <label>
      Credential
      <br />
      <select value={value} onChange={({ currentTarget }) => onChoose({ credential: currentTarget.value })}>
        <option value="">Any</option>
        {value !== '' && !named.some(({ id }) => id === value) && <option value={value}>{value}</option>}
        {named.map(({ id, name }) => (
          <option key={id} value={id}>
            {name} ({id})
          </option>
        ))}
      </select>
    </label>
  );
}

const DayChoice = ({
  label,
  name,
  value = '',
  onChoose,
}: {
  readonly label: string;
  readonly name: 'from' | 'to';
  readonly value: string | undefined;
  readonly onChoose: (changed: Readonly<Record<string, string>>) => void;
}): JSX.Element => (
  <label>
    {label}
    <br />
    <input
      type="date"
      value={value.slice(0, 10)}
      onChange={({ currentTarget }) => onChoose({ [name]: currentTarget.value })}
    />
  </label>
);

/** The row that says that nothing comes: a failure of its own. Undefined where something does. */
function useSilence(company: string): JSX.Element | undefined {
  const { value } = useLive(
    (signal) => answered(api.GET('/admin/v1/companies/{company}', { params: { path: { company } }, signal })),
    [company],
  );
  const text = value && silenceOf(value, new Date());
  if (!value?.lastUsed || text === undefined) return undefined;
  const { lastUsed } = value;
  return (
    <li key="silence" class="silence">
      <Badge tone="warn">silent</Badge>
      <span class="sentence">
        {text}: <a href={pageAddress('companies', company, 'connect')}>see whether it is still connected</a>
      </span>
      <Time at={lastUsed} />
    </li>
  );
}

const OUTCOMES = {
  done: ['good', 'done'],
  unchanged: ['plain', 'unchanged'],
  refused: ['bad', 'refused'],
  ignored: ['warn', 'left out'],
} as const;

/** What the service has done because something is wrong. */
const WARNINGS: Readonly<Record<string, readonly [tone: 'bad' | 'warn', word: string]>> = {
  'guard.held': ['bad', 'held'],
  'guard.warned': ['warn', 'warned'],
  'company.silent': ['warn', 'silent'],
  'credential.expiring': ['warn', 'soon'],
};

/** A row of the journal: a sentence, which opens to all that is known of it. */
export function Row({ company, fold }: { readonly company: string; readonly fold: Fold }): JSX.Element {
  const { newest, entries, times, leftOut } = fold;
  const [open, setOpen] = useState(false);
  const { actor, verb, object, rest } = sentenceOf(newest);
  const [tone, word] = WARNINGS[newest.operation] ?? OUTCOMES[newest.outcome];
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <Badge tone={tone}>{word}</Badge>
          <span class="sentence">
            {actor} {verb} <b>{object}</b>
            {rest}
            {leftOut !== undefined && <span class="quiet"> · a part was left out</span>}
            {times > 1 && <span class="quiet"> · {times} times</span>}
          </span>
          <Time at={newest.at} />
        </summary>
        {open && <EntryDetails company={company} id={newest.id} others={entries.slice(1)} />}
        {open && leftOut !== undefined && <EntryDetails company={company} id={leftOut.id} others={[]} />}
      </details>
    </li>
  );
}

function Download({ company, address }: { readonly company: string; readonly address: string }): JSX.Element {
  const download = useAction(() => saveAnswer(address, `${company}-activity.csv`, 'text/csv'));
  return (
    <>
      <button type="button" class="plain" disabled={download.running} onClick={() => void download.run()}>
        {download.running ? 'Making the table …' : 'Download as CSV (UTC)'}
      </button>
      <Problem problem={download.problem} />
    </>
  );
}
