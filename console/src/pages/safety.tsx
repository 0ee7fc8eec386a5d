import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { useIsOperator, useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Confirmed, Curl, Notice, Page, Problem, Time } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { RestorePart } from './restore-part.js';
import { WhenAgain } from './when-again.js';

const COUNT = 100;
const LIFT_MINUTES = 240;

const MODES = {
  off: ['off', 'Nothing is counted.'],
  warn: ['warns', 'What is too much is done, and told.'],
  hold: [
    'holds',
    'What is too much is refused, and so is every further removal, until somebody releases them.',
  ],
} as const;

const THINGS = {
  users: 'users',
  memberships: 'memberships of the whole company',
  group: 'members of one group',
} as const;

/** Is too much being removed, and how is it undone? */
export function Safety(): JSX.Element {
  const { company = '' } = useRoute().params;
  const [released, setReleased] = useState(false);
  const guard = useLive((signal) => loadGuard(company, signal), [company]);
  const onReleased = (): void => {
    setReleased(true);
    guard.refresh();
  };
  const onResumed = (): void => {
    setReleased(false);
    guard.refresh();
  };
  const address = `/admin/v1/companies/${encodeURIComponent(company)}/guard`;
  return (
    <Page title="Safety" lead="Removals in mass are noticed, held until somebody has looked, and undone.">
      {released && (
        <Notice tone="good">
          <p role="status">
            <strong>Done. When does it work again?</strong> Removals are let through from now on, as soon as
            the identity provider sends them again:
          </p>
          <WhenAgain company={company} after="retry" />
        </Notice>
      )}
      <Loaded live={guard}>
        {({ state, tag }) => (
          <>
            {!state.held ? (
              <>
                <p>
                  <Badge tone="good">nothing is held</Badge>
                </p>
                {state.liftedUntil !== null && (
                  <Lifted company={company} until={state.liftedUntil} onResumed={onResumed} />
                )}
              </>
            ) : (
              <Held company={company} held={state.held} onReleased={onReleased} />
            )}
            <h2>The guard {MODES[state.mode][0]}</h2>
            <p>
              {MODES[state.mode][1]} Removals within {counted(state.windowMinutes, 'minute')} are counted
              together.
            </p>
            <ul>
              {(['users', 'memberships', 'group'] as const).map((kind) => (
                <li key={kind}>
                  more than {state[kind].percent} % of the {THINGS[kind]}, from {state[kind].min} on
                </li>
              ))}
              <li>more than half of any of these, from 3 on</li>
            </ul>
            {state.warned !== null && (
              <p>
                It last warned <Time at={state.warned} />.
              </p>
            )}
            <ModeChoice
              company={company}
              mode={state.mode}
              tag={tag}
              onChanged={state.held ? onReleased : guard.refresh}
            />
            <Curl call={{ path: address }} />
          </>
        )}
      </Loaded>
      <RestorePart company={company} />
    </Page>
  );
}

/** The guard, with the tag by which its settings are changed. */
async function loadGuard(
  company: string,
  signal: AbortSignal,
): Promise<{ readonly state: Schema<'GuardView'>; readonly tag: string }> {
  const call = api.GET('/admin/v1/companies/{company}/guard', { params: { path: { company } }, signal });
  const state = await answered(call);
  return { state, tag: (await call).response.headers.get('ETag') ?? '' };
}

/** Says that nothing is counted for a time. An operator can end that. */
function Lifted({
  company,
  until,
  onResumed,
}: {
  readonly company: string;
  readonly until: string;
  readonly onResumed: () => void;
}): JSX.Element {
  const isOperator = useIsOperator();
  const resume = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/guard/resume', { params: { path: { company } } }));
    onResumed();
  });
  const path = `/admin/v1/companies/${encodeURIComponent(company)}/guard/resume`;
  return (
    <Notice tone="warn">
      <p>
        <strong>Everything is let through, however much is removed.</strong> That ends <Time at={until} />.
      </p>
      {isOperator && (
        <>
          <button type="button" disabled={resume.running} onClick={() => void resume.run()}>
            Guard again now
          </button>
          <Problem problem={resume.problem} />
          <Curl does="guard again" call={{ method: 'POST', path }} />
        </>
      )}
    </Notice>
  );
}

type Hold = NonNullable<Schema<'GuardView'>['held']>;

function Held({
  company,
  held,
  onReleased,
}: {
  readonly company: string;
  readonly held: Hold;
  readonly onReleased: () => void;
}): JSX.Element {
  const mayChange = useMayChange(company);
  const isOperator = useIsOperator();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const path = { company };
  const removals = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/guard/removals', {
          params: { path, query: { count: COUNT } },
          signal,
        }),
      ),
    [company],
  );
  const body = chosen.size === 0 ? {} : { resources: [...chosen] };
  const release = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/guard/release', { params: { path }, body }));
    onReleased();
  });
  const lifting = { minutes: LIFT_MINUTES };
  const lift = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/guard/lift', { params: { path }, body: lifting }));
    onReleased();
  });
  const { removed, of, windowMinutes, percent, kind } = held.rule as unknown as Schema<'HeldRuleView'>;
  const address = `/admin/v1/companies/${encodeURIComponent(company)}/guard`;
  const toggle = (id: string): void =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <section aria-labelledby="held">
      <h2 id="held">Removals are held</h2>
      <Notice tone="bad">
        <p>
          Since <Time at={held.since} />: {removed.toLocaleString('en')} of {of.toLocaleString('en')}{' '}
          {THINGS[kind]} would have been gone within {counted(windowMinutes, 'minute')}, more than {percent}{' '}
          %. Everything else goes on. <strong>Who left meanwhile keeps access until the release.</strong>
        </p>
        <p>
          Okta gives a removal up after more than a day of tries.{' '}
          <a href={`${pageAddress('companies', company, 'log')}?outcome=refused`}>Who sent them?</a>
        </p>
      </Notice>
      <ul>
        <li>
          <b>A mistake?</b> Mend the identity provider first, or every retry is held again. Bring back below
          what was gone before the hold. Then release.
        </li>
        <li>
          <b>Meant?</b> Release. What was too much in one request has to be chosen below, or it is held again.
        </li>
      </ul>
      <Loaded live={removals}>
        {({ items, next }) => (
          <>
            <table>
              <caption>What waits{next !== null && `, the first ${COUNT}`}</caption>
              <thead>
                <tr>
                  {mayChange && <th scope="col">Choose</th>}
                  <th scope="col">Who or what</th>
                  <th scope="col">Would</th>
                  <th scope="col">Last try</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ id, type, display, operation, memberships, attempts, lastAttempt }) => (
                  <tr key={id}>
                    {mayChange && (
                      <td>
                        <input
                          type="checkbox"
                          aria-label={`Choose ${display ?? id}`}
                          checked={chosen.has(id)}
                          onChange={() => toggle(id)}
                        />
                      </td>
                    )}
                    <td>
                      <a href={`${pageAddress('companies', company, 'log')}?resource=${id}`}>
                        {display ?? id}
                      </a>{' '}
                      <span class="quiet">{type.toLowerCase()}</span>
                    </td>
                    <td>{WOULD[operation](memberships)}</td>
                    <td>
                      <Time at={lastAttempt} />{' '}
                      <span class="quiet">({counted(attempts, 'try').replace('trys', 'tries')})</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </Loaded>
      {mayChange ? (
        <div class="row">
          <Confirmed
            label={chosen.size === 0 ? 'Release' : `Release these ${chosen.size} alone`}
            confirm={chosen.size === 0 ? 'Release, and count anew' : `Let these ${chosen.size} through`}
            dangerous
            disabled={release.running}
            question={
              chosen.size === 0
                ? 'Removals are let through again, and counted anew: as much as before may go until they are held again.'
                : 'What is held of the chosen ones is let through for a day, whatever it comes to. All else is judged anew.'
            }
            call={{ method: 'POST', path: `${address}/release`, body }}
            onConfirm={() => void release.run()}
          />
          {isOperator && (
            <Confirmed
              label="Let everything through for 4 hours"
              confirm="Let everything through"
              dangerous
              disabled={lift.running}
              question="For four hours nothing is counted and nothing held, however much is removed."
              call={{ method: 'POST', path: `${address}/lift`, body: lifting }}
              onConfirm={() => void lift.run()}
            />
          )}
        </div>
      ) : (
        <p class="quiet">You may look, and not release: ask an administrator of the company.</p>
      )}
      <Problem problem={release.problem ?? lift.problem} />
      <Curl call={{ path: `${address}/removals`, query: { count: COUNT } }} />
    </section>
  );
}

const WOULD = {
  deactivate: () => 'be deactivated',
  delete: (memberships: number) =>
    memberships === 0 ? 'be deleted' : `be deleted, with ${counted(memberships, 'membership')}`,
  members: (memberships: number) => `lose ${counted(memberships, 'member')}`,
} as const;

/** Whoever has read the settings may change them, as long as nobody else has. */
function ModeChoice({
  company,
  mode,
  tag,
  onChanged,
}: {
  readonly company: string;
  readonly mode: keyof typeof MODES;
  /** Of the settings that were read. */
  readonly tag: string;
  readonly onChanged: () => void;
}): JSX.Element | null {
  const isOperator = useIsOperator();
  const body = { mode: mode === 'hold' ? ('warn' as const) : ('hold' as const) };
  const change = useAction(async () => {
    const params = { path: { company }, header: { 'If-Match': tag } };
    await answered(api.PATCH('/admin/v1/companies/{company}/guard', { params, body }));
    onChanged();
  });
  if (!isOperator) return null;
  return (
    <>
      <Confirmed
        label={body.mode === 'hold' ? 'Have it hold' : 'Have it only warn'}
        confirm={body.mode === 'hold' ? 'Hold from now on' : 'Only warn from now on'}
        disabled={change.running}
        question={MODES[body.mode][1]}
        call={{
          method: 'PATCH',
          path: `/admin/v1/companies/${encodeURIComponent(company)}/guard`,
          headers: { 'If-Match': tag },
          body,
        }}
        onConfirm={() => void change.run()}
      />
      <Problem problem={change.problem} />
    </>
  );
}
