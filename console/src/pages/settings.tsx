import { type ComponentChildren, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { SERVICE } from '../location.js';
import { useIsOperator, useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Confirmed, Curl, Notice, Page, Problem, Time } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { SettingsForm } from './settings-form.js';
import { WhenAgain } from './when-again.js';

type Company = Schema<'CompanyView'>;

const PAUSE_MINUTES = 30;
const GRACE_DAYS = 30;

const addressOf = (company: string): string => `/admin/v1/companies/${encodeURIComponent(company)}`;

/** What of a company can be set, stopped and removed? */
export function Settings(): JSX.Element {
  const { company = '' } = useRoute().params;
  const [notice, setNotice] = useState<string>();
  const params = { path: { company } };
  const live = useLive(
    (signal) => answered(api.GET('/admin/v1/companies/{company}', { params, signal })),
    [company],
  );
  const onChanged = (text?: string): void => {
    setNotice(text);
    live.refresh();
  };
  return (
    <Page title="Settings" lead="What can be set of this company, stopped, and removed.">
      {notice !== undefined && (
        <Notice tone="good" role="status">
          <strong>Done.</strong> {notice}
        </Notice>
      )}
      <Loaded live={live}>
        {(shown) => (
          <>
            <p>
              <b>{shown.name}</b> <span class="quiet">{shown.slug}</span> <State company={shown} />
            </p>
            <Rename key={shown.name} company={company} name={shown.name} onChanged={onChanged} />
            <SettingsForm key={company} company={company} />
            <Interruptions company={company} shown={shown} onChanged={onChanged} />
            <Removal company={company} shown={shown} onChanged={onChanged} />
          </>
        )}
      </Loaded>
      <Curl call={{ path: addressOf(company) }} />
    </Page>
  );
}

interface PartProps {
  readonly company: string;
  readonly shown: Company;
  readonly onChanged: (notice?: string) => void;
}

const STATES: Readonly<Record<Company['state'], readonly [tone: 'good' | 'warn' | 'bad', text: string]>> = {
  active: ['good', 'served'],
  paused: ['warn', 'writes are paused'],
  suspended: ['bad', 'suspended'],
  deleted: ['bad', 'deleted'],
  removable: ['bad', 'deleted for good'],
  moving: ['warn', 'moving to another cell'],
  arriving: ['warn', 'arriving from another cell'],
  moved: ['warn', 'moved to another cell'],
};

function State({
  company: { state, pausedUntil, suspended, deleteAfter },
}: {
  readonly company: Company;
}): JSX.Element {
  const [tone, text] = STATES[state];
  return (
    <>
      <Badge tone={tone}>{text}</Badge>
      {pausedUntil !== null && (
        <>
          {' '}
          That ends <Time at={pausedUntil} />.
        </>
      )}
      {state === 'suspended' && suspended !== null && (
        <>
          {' '}
          Since <Time at={suspended} />.
        </>
      )}
      {deleteAfter !== null && (
        <>
          {' '}
          It can be brought back until <Time at={deleteAfter} full />.
        </>
      )}
    </>
  );
}

function Rename({
  company,
  name: before,
  onChanged,
}: {
  readonly company: string;
  readonly name: string;
  readonly onChanged: (notice?: string) => void;
}): JSX.Element | null {
  const [name, setName] = useState(before);
  const body = { name: name.trim() };
  const rename = useAction(async () => {
    await answered(api.PATCH('/admin/v1/companies/{company}', { params: { path: { company } }, body }));
    onChanged('It has the new name. The slug stays: it stands in addresses.');
  });
  if (!useMayChange(company)) return null;
  return (
    <section aria-labelledby="name">
      <h2 id="name">Name</h2>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void rename.run();
        }}
      >
        <label>
          Name, for people
          <br />
          <input
            required
            maxLength={200}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={rename.running || body.name === before}>
          Rename
        </button>
      </form>
      <Problem problem={rename.problem} />
      <Curl does="rename it" call={{ method: 'PATCH', path: addressOf(company), body }} />
    </section>
  );
}

/** Writes and requests that are refused for a time. */
function Interruptions({ company, shown, onChanged }: PartProps): JSX.Element | null {
  const isOperator = useIsOperator();
  const [minutes, setMinutes] = useState(PAUSE_MINUTES);
  const params = { path: { company } };
  const change = async (call: Promise<{ data?: { notice: string }; response: Response }>): Promise<void> =>
    onChanged((await answered(call)).notice);
  const pause = useAction(() =>
    change(api.POST('/admin/v1/companies/{company}/pause', { params, body: { minutes } })),
  );
  const unpause = useAction(() => change(api.POST('/admin/v1/companies/{company}/unpause', { params })));
  const suspend = useAction(() => change(api.POST('/admin/v1/companies/{company}/suspend', { params })));
  const resume = useAction(() => change(api.POST('/admin/v1/companies/{company}/resume', { params })));
  const isPaused = shown.pausedUntil !== null;
  const isSuspended = shown.suspended !== null;
  if (!useMayChange(company) || shown.deleteAfter !== null) return null;
  return (
    <>
      <Part title="Pause">
        <p>
          The emergency brake: writes are refused for a time, reads go on. Identity providers repeat a refused
          write only so often, so end it as soon as they do the right thing again.
        </p>
        <div class="row">
          {isSuspended ? (
            <p class="quiet">The company is suspended: there is no write to be paused.</p>
          ) : isPaused ? (
            <Confirmed
              label="End the pause"
              confirm="Let writes through again"
              disabled={unpause.running}
              question={
                <>
                  <p>Whatever the identity provider repeats is done.</p>
                  <WhenAgain company={company} after="retry" />
                </>
              }
              call={{ method: 'POST', path: `${addressOf(company)}/unpause` }}
              onConfirm={() => void unpause.run()}
            />
          ) : (
            <>
              <label>
                Minutes{' '}
                <input
                  type="number"
                  min={1}
                  max={1440}
                  value={minutes}
                  onInput={({ currentTarget }) => setMinutes(Number(currentTarget.value))}
                />
              </label>
              <Confirmed
                label="Pause writes"
                confirm={`Refuse writes for ${minutes} minutes`}
                dangerous
                disabled={pause.running || !(minutes >= 1 && minutes <= 1440)}
                question="Nobody comes, nobody leaves, and nothing is changed until then. Who leaves keeps access meanwhile."
                call={{ method: 'POST', path: `${addressOf(company)}/pause`, body: { minutes } }}
                onConfirm={() => void pause.run()}
              />
            </>
          )}
        </div>
        <Problem problem={pause.problem ?? unpause.problem} />
      </Part>
      {isOperator && (
        <Part title="Suspension">
          <p>Every request of the company is refused, reads too. Its data stays.</p>
          {isSuspended ? (
            <Confirmed
              label="Resume"
              confirm="Serve the company again"
              disabled={resume.running}
              question={
                <>
                  <p>Its credentials open it again.</p>
                  <WhenAgain company={company} after="retry" />
                </>
              }
              call={{ method: 'POST', path: `${addressOf(company)}/resume` }}
              onConfirm={() => void resume.run()}
            />
          ) : (
            <Confirmed
              label="Suspend"
              confirm={`Refuse all requests of ${shown.slug}`}
              dangerous
              disabled={suspend.running}
              question="The job of the identity provider fails from now on, and may give up."
              call={{ method: 'POST', path: `${addressOf(company)}/suspend` }}
              onConfirm={() => void suspend.run()}
            />
          )}
          <Problem problem={suspend.problem ?? resume.problem} />
        </Part>
      )}
    </>
  );
}

function Removal({ company, shown, onChanged }: PartProps): JSX.Element | null {
  const isOperator = useIsOperator();
  const [days, setDays] = useState(GRACE_DAYS);
  const [typed, setTyped] = useState('');
  const path = { company };
  const query = { graceDays: days };
  const remove = useAction(async () => {
    const call = api.DELETE('/admin/v1/companies/{company}', { params: { path, query } });
    setTyped('');
    onChanged((await answered(call)).notice);
  });
  const undelete = useAction(async () => {
    onChanged(
      (await answered(api.POST('/admin/v1/companies/{company}/undelete', { params: { path } }))).notice,
    );
  });
  if (!isOperator) return null;
  if (shown.deleteAfter !== null) {
    return (
      <Part title="Bring it back">
        <Confirmed
          label="Bring the company back"
          confirm={`Bring ${shown.slug} back`}
          disabled={undelete.running || shown.state !== 'deleted'}
          question="It is whole again, and its credentials open it."
          call={{ method: 'POST', path: `${addressOf(company)}/undelete` }}
          onConfirm={() => void undelete.run()}
        />
        <Problem problem={undelete.problem} />
      </Part>
    );
  }
  return (
    <Part title="Deletion">
      <p>
        The company is suspended at once, and removed with all its users, groups and history when the days are
        over. With 0 days there is no way back.{' '}
        <a href={`${SERVICE}/docs/guides/admin-api`}>Export it first</a>, if its data is still needed.
      </p>
      <div class="filters">
        <label>
          Days in which it can be brought back
          <br />
          <input
            type="number"
            min={0}
            max={3650}
            value={days}
            onInput={({ currentTarget }) => setDays(Number(currentTarget.value))}
          />
        </label>
        <label>
          Type {shown.slug} to delete it
          <br />
          <input
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value.trim())}
          />
        </label>
        <Confirmed
          label="Delete the company"
          confirm={`Delete ${shown.slug}`}
          dangerous
          disabled={remove.running || typed !== shown.slug || !(days >= 0 && days <= 3650)}
          question={
            days === 0
              ? 'It is removed for good, with everything that it has.'
              : `Nothing of it is served from now on. It can be brought back for ${days} days.`
          }
          call={{ method: 'DELETE', path: addressOf(company), query }}
          onConfirm={() => void remove.run()}
        />
      </div>
      <Problem problem={remove.problem} />
      <h3>Export</h3>
      <p>All that the company has, as it is at one moment, a line of JSON each.</p>
      <Curl does="export the company" call={{ path: `${addressOf(company)}/export` }} />
    </Part>
  );
}

const Part = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <section aria-label={title}>
    <h2>{title}</h2>
    {children}
  </section>
);
