import { type JSX } from 'preact';
import { answered, api, type Schema } from '../api/client.js';
import { useMayChange } from '../session.js';
import { Badge, Confirmed, Curl, Notice, Problem, Time } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';

type State = Schema<'RecordingView'>;

const START = { minutes: 60 };

const END_REASONS = {
  time: '',
  stopped: '',
  full: ' It ended by itself, because it had as much as a recording may have.',
} as const;

/** Whether requests are recorded as they come, and what begins, ends and erases that. */
export function RecordingPart({ company }: { readonly company: string }): JSX.Element | null {
  const mayChange = useMayChange(company);
  const path = { company };
  const live = useLive(
    (signal) => answered(api.GET('/admin/v1/companies/{company}/recording', { params: { path }, signal })),
    [company],
  );
  const start = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/recording', { params: { path }, body: START }));
    live.refresh();
  });
  const stop = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/recording/stop', { params: { path } }));
    live.refresh();
  });
  const erase = useAction(async () => {
    await answered(api.DELETE('/admin/v1/companies/{company}/recording', { params: { path } }));
    live.refresh();
  });
  const state = live.value;
  if (state === undefined) return null;
  if (!mayChange) return state.recording ? <p>{underWay(state)}</p> : null;
  const running = start.running || stop.running || erase.running;
  const address = `/admin/v1/companies/${encodeURIComponent(company)}/recording`;
  return (
    <section class="recording" aria-label="Recorded requests">
      {state.recording && (
        <div class="row">
          <p>{underWay(state)}</p>
          <button type="button" disabled={running} onClick={() => void stop.run()}>
            Stop recording
          </button>
        </div>
      )}
      <details class="recorded">
        <summary>Recorded requests{state.kept > 0 && `: ${state.kept.toLocaleString('en')}`}</summary>
        <p>
          For up to an hour the requests of the identity provider are kept as they come, with headers, bodies
          and answers, encrypted, for 7 days. Passwords and credentials are left out. The details of an entry
          have its request.
        </p>
        {!state.possible && (
          <Notice tone="warn">
            Requests are recorded only where they can be encrypted: have the operator set{' '}
            <code>SECRETS_KEY</code>.
          </Notice>
        )}
        {!state.recording && state.started !== null && (
          <p>
            The last recording began <Time at={state.started} /> and has {counted(state.requests, 'request')}
            {state.leftOut > 0 && `; ${counted(state.leftOut, 'other')} could not be kept`}.
            {END_REASONS[state.endReason ?? 'time']}
          </p>
        )}
        <div class="row">
          {!state.recording && state.possible && (
            <Confirmed
              label="Record requests for one hour"
              question="What is recorded is personal data: who may change the company can read it for 7 days, or until it is erased."
              confirm="Record them"
              disabled={running}
              call={{ method: 'POST', path: address, body: START }}
              onConfirm={() => void start.run()}
            />
          )}
          {state.kept > 0 && (
            <Confirmed
              label="Erase what was recorded"
              question={`All ${counted(state.kept, 'recorded request')} of the company are removed for good, and nothing is recorded any more.`}
              confirm="Erase them"
              dangerous
              disabled={running}
              call={{ method: 'DELETE', path: address }}
              onConfirm={() => void erase.run()}
            />
          )}
        </div>
        {[start, stop, erase].map(({ problem }, index) => (
          <Problem key={index} problem={problem} />
        ))}
        {state.recording && <Curl call={{ method: 'POST', path: `${address}/stop` }} does="stop recording" />}
      </details>
    </section>
  );
}

const underWay = ({ ends, requests, leftOut }: State): JSX.Element => (
  <>
    <Badge tone="warn">recording</Badge> Requests are kept as they come; that ends{' '}
    {ends !== null && <Time at={ends} />}. So far {counted(requests, 'request')}
    {leftOut > 0 && `, and ${counted(leftOut, 'other')} could not be kept`}.
  </>
);
