import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Curl, Problem, Time } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { useNames } from '../ui/use-names.js';

type Delivery = Schema<'DeliveryView'>;

const COUNT = 50;
const TONES = { pending: 'warn', delivered: 'good', failed: 'bad' } as const;

/** What was and is to be sent to a webhook, the newest first, and what came of it. */
export function Deliveries({
  company,
  webhook,
}: {
  readonly company: string;
  readonly webhook: string;
}): JSX.Element {
  const [state, setState] = useState<Delivery['state'] | ''>('');
  const query = { count: COUNT, ...(state !== '' && { state }) };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/webhooks/{webhook}/deliveries', {
          params: { path: { company, webhook }, query },
          signal,
        }),
      ),
    [company, webhook, state],
  );
  const names = useNames(company, live.value?.items.flatMap(({ resource }) => resource ?? []) ?? []);
  const path = `/admin/v1/companies/${encodeURIComponent(company)}/webhooks/${webhook}/deliveries`;
  return (
    <section aria-label="What was sent">
      <label>
        Show{' '}
        <select
          value={state}
          onChange={({ currentTarget }) => setState(currentTarget.value as Delivery['state'] | '')}
        >
          <option value="">all</option>
          <option value="pending">what waits</option>
          <option value="failed">what has failed</option>
          <option value="delivered">what was taken</option>
        </select>
      </label>
      <Loaded live={live}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="quiet">Nothing of that kind.</p>
          ) : (
            <>
              <table>
                <thead>
                  <tr>
                    <th scope="col">Event</th>
                    <th scope="col">What became of it</th>
                    <th scope="col">When</th>
                    <th scope="col">
                      <span class="unseen">Send again</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((delivery) => (
                    <Row
                      key={delivery.id}
                      company={company}
                      webhook={webhook}
                      delivery={delivery}
                      name={names.get(delivery.resource ?? '')}
                      onReplayed={live.refresh}
                    />
                  ))}
                </tbody>
              </table>
              <Curl does="send one again" call={{ method: 'POST', path: `${path}/${items[0]!.id}/replay` }} />
            </>
          )
        }
      </Loaded>
      <Curl call={{ path, query }} />
    </section>
  );
}

function Row({
  company,
  webhook,
  delivery,
  name,
  onReplayed,
}: {
  readonly company: string;
  readonly webhook: string;
  readonly delivery: Delivery;
  /** What the user or group is called that the event is about. */
  readonly name: string | undefined;
  readonly onReplayed: () => void;
}): JSX.Element {
  const { id, resource, type, state, attempts, status, error, excerpt, lastAttempt, nextAttempt, created } =
    delivery;
  const mayChange = useMayChange(company);
  const replay = useAction(async () => {
    const params = { path: { company, webhook, delivery: id } };
    const path = '/admin/v1/companies/{company}/webhooks/{webhook}/deliveries/{delivery}/replay';
    await answered(api.POST(path, { params }));
    onReplayed();
  });
  return (
    <tr>
      <td>
        {type ?? 'not made yet'}{' '}
        {resource !== null && (
          <>
            <a href={`${pageAddress('companies', company, 'log')}?resource=${resource}`}>
              {name ?? resource}
            </a>{' '}
          </>
        )}
        <span class="quiet">{id}</span>
      </td>
      <td>
        <Badge tone={TONES[state]}>{state}</Badge> {status !== null && <>answered with {status} </>}
        {error !== null && <>{error} </>}
        {attempts > 1 && <span class="quiet">{attempts} attempts</span>}
        {excerpt !== null && excerpt !== '' && <pre>{excerpt}</pre>}
        {state === 'pending' && nextAttempt !== null && (
          <span class="quiet">
            {' '}
            next: <Time at={nextAttempt} />
          </span>
        )}
      </td>
      <td>
        <Time at={lastAttempt ?? created} />
      </td>
      <td>
        {mayChange && state !== 'pending' && (
          <button type="button" class="plain" disabled={replay.running} onClick={() => void replay.run()}>
            Send again
          </button>
        )}
        <Problem problem={replay.problem} />
      </td>
    </tr>
  );
}
