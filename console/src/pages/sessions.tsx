import { type JSX } from 'preact';
import { answered, api, type Schema } from '../api/client.js';
import { ROOT } from '../location.js';
import { useIsOperator } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Confirmed, Curl, Problem, Time } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';

const query = { count: 200 };
const ADDRESS = '/admin/v1/sessions';

/** Who is signed in to the console: an operator sees all, others themselves. */
export function Sessions(): JSX.Element {
  const isOperator = useIsOperator();
  const live = useLive(
    (signal) => answered(api.GET('/admin/v1/sessions', { params: { query }, signal })),
    [],
  );
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{isOperator ? 'Who is signed in' : 'Where you are signed in'}</h2>
      <p class="quiet">A session ends 8 hours after its last call, and after 7 days in any case.</p>
      <Loaded live={live}>
        {({ items, next }) => (
          <>
            <ul class="cards">
              {items.map((session) => (
                <SessionCard key={session.id} session={session} onEnded={live.refresh} />
              ))}
            </ul>
            {next !== null && <p class="quiet">Only the first {query.count} sessions are shown.</p>}
          </>
        )}
      </Loaded>
      <Curl call={{ path: ADDRESS, query }} />
    </section>
  );
}

function SessionCard({
  session: { id, name, companies, client, created, lastUsed, expires, current },
  onEnded,
}: {
  readonly session: Schema<'SessionView'>;
  readonly onEnded: () => void;
}): JSX.Element {
  const end = useAction(async () => {
    await answered(api.DELETE('/admin/v1/sessions/{id}', { params: { path: { id } } }));
    if (current) location.assign(`${ROOT}/`);
    else onEnded();
  });
  return (
    <li class="card">
      <h3>
        {name} {current && <Badge tone="good">this one</Badge>}{' '}
        <span class="quiet">{companies.map(({ slug }) => slug).join(', ')}</span>
      </h3>
      <p class="quiet">
        {client ?? 'an unknown browser'} · signed in <Time at={created} /> · last call <Time at={lastUsed} />{' '}
        · ends <Time at={expires} />
      </p>
      <Confirmed
        label={current ? 'End this session' : `End the session of ${name}`}
        confirm={current ? 'Sign me out' : 'Sign them out'}
        dangerous
        disabled={end.running}
        question="Its next call is refused. Whoever has the credential or another link can sign in again."
        call={{ method: 'DELETE', path: `${ADDRESS}/${id}` }}
        onConfirm={() => void end.run()}
      />
      <Problem problem={end.problem} />
    </li>
  );
}
