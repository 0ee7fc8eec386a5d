import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { useIsOperator, useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Confirmed, Curl, Page, Problem, Time } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { RestorePart } from './restore-part.js';

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
  const [notice, setNotice] = useState<string>();
  const path = { company };
  const guard = useLive(
    (signal) => answered(api.GET('/admin/v1/companies/{company}/guard', { params: { path }, signal })),
    [company],
  );
  const address = `/admin/v1/companies/${encodeURIComponent(company)}/guard`;
  return (
    <Page title="Safety" lead="Removals in mass are noticed, held until somebody has looked, and undone.">
      {notice !== undefined && (
        <p class="notice done" role="status">
          <strong>Done. When does it work again?</strong> {notice}
        </p>
      )}
      <Loaded live={guard}>
        {(state) => (
          <>
            {!state.held ? (
              <p>
                <Badge tone="good">nothing is held</Badge>
                {state.liftedUntil !== null && (
                  <>
                    {' '}
                    Everything is let through; that ends <Time at={state.liftedUntil} />.
                  </>
                )}
              </p>
            ) : (
              <Held
                company={company}
                held={state.held}
                onReleased={(text) => {
                  setNotice(text);
                  guard.refresh();
                }}
              />
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
            <ModeChoice company={company} mode={state.mode} onChanged={guard.refresh} />
            <Curl call={{ path: address }} />
          </>
        )}
      </Loaded>
      <RestorePart company={company} />
    </Page>
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
  readonly onReleased: (notice: string) => void;
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
    const call = api.POST('/admin/v1/companies/{company}/guard/release', { params: { path }, body });
    onReleased((await answered(call)).notice);
  });
  const lifting = { minutes: LIFT_MINUTES };
  const lift = useAction(async () => {
    const call = api.POST('/admin/v1/companies/{company}/guard/lift', { params: { path }, body: lifting });
    onReleased((await answered(call)).notice);
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
      <div class="problem">
        <p>
          Since <Time at={held.since} />: {removed.toLocaleString('en')} of {of.toLocaleString('en')}{' '}
          {THINGS[kind]} would have been gone within {counted(windowMinutes, 'minute')}, more than {percent}{' '}
          %. Everything else goes on. <strong>Who left meanwhile keeps access until the release.</strong>
        </p>
        <p>
          Okta gives a removal up after more than a day of tries.{' '}
          <a href={`${pageAddress('companies', company, 'log')}?outcome=refused`}>Who sent them?</a>
        </p>
      </div>
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
            onConfirm={() => void release.run()}
          />
          {isOperator && (
            <Confirmed
              label="Let everything through for 4 hours"
              confirm="Let everything through"
              dangerous
              disabled={lift.running}
              question="For four hours nothing is counted and nothing held, however much is removed."
              onConfirm={() => void lift.run()}
            />
          )}
        </div>
      ) : (
        <p class="quiet">You may look, and not release: ask an administrator of the company.</p>
      )}
      <Problem problem={release.problem ?? lift.problem} />
      <Curl call={{ method: 'POST', path: `${address}/release`, body }} />
    </section>
  );
}

const WOULD = {
  deactivate: () => 'be deactivated',
  delete: (memberships: number) => `be deleted, with ${counted(memberships, 'membership')}`,
  members: (memberships: number) => `lose ${counted(memberships, 'member')}`,
} as const;

/** Whoever has read the settings may change them, as long as nobody else has. */
function ModeChoice({
  company,
  mode,
  onChanged,
}: {
  readonly company: string;
  readonly mode: keyof typeof MODES;
  readonly onChanged: () => void;
}): JSX.Element | null {
  const isOperator = useIsOperator();
  const path = { company };
  const other = mode === 'hold' ? 'warn' : 'hold';
  const change = useAction(async () => {
    const { response } = await api.GET('/admin/v1/companies/{company}/guard', { params: { path } });
    const tag = response.headers.get('ETag') ?? '';
    await answered(
      api.PATCH('/admin/v1/companies/{company}/guard', {
        params: { path, header: { 'If-Match': tag } },
        body: { mode: other },
      }),
    );
    onChanged();
  });
  if (!isOperator) return null;
  return (
    <>
      <Confirmed
        label={other === 'hold' ? 'Have it hold' : 'Have it only warn'}
        confirm={other === 'hold' ? 'Hold from now on' : 'Only warn from now on'}
        disabled={change.running}
        question={MODES[other][1]}
        onConfirm={() => void change.run()}
      />
      <Problem problem={change.problem} />
    </>
  );
}
