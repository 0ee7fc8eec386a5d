import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answered, api, type Schema } from '../api/client.js';
import { SERVICE } from '../location.js';
import { useIsOperator, useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Confirmed, Copyable, Curl, Notice, Page, Problem, Time } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';
import { NewAlerts } from './alerts.js';
import { Deliveries } from './deliveries.js';

type Webhook = Schema<'WebhookView'>;

const query = { count: 200 };
const OVERLAP_HOURS = 24;

const addressOf = (company: string): string => `/admin/v1/companies/${encodeURIComponent(company)}/webhooks`;

/** Do our services hear of what happens? */
export function Events(): JSX.Element {
  const { company = '' } = useRoute().params;
  const mayChange = useMayChange(company);
  const isOperator = useIsOperator();
  const [secret, setSecret] = useState<string>();
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/webhooks', {
          params: { path: { company }, query },
          signal,
        }),
      ),
    [company],
  );
  const onSecret = (made: string): void => {
    setSecret(made);
    live.refresh();
  };
  return (
    <Page title="Events" lead="Where the events of the company are sent, and what came of it.">
      {secret !== undefined && (
        <Notice tone="good" label="The new secret">
          <Copyable
            label="The secret of the webhook"
            value={secret}
            secret
            note="It is shown this once. Who receives the events checks their signatures with it."
          />
          <button type="button" onClick={() => setSecret(undefined)}>
            I have entered it
          </button>
        </Notice>
      )}
      <Loaded live={live}>
        {({ items }) =>
          items.length === 0 ? (
            <Notice tone="plain">Events are sent nowhere yet.</Notice>
          ) : (
            <ul class="cards">
              {items.map((webhook) => (
                <WebhookCard
                  key={webhook.id}
                  company={company}
                  webhook={webhook}
                  onSecret={onSecret}
                  onChanged={live.refresh}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Curl call={{ path: addressOf(company), query }} />
      {mayChange && (
        <>
          {!isOperator && (
            <Notice tone="plain">
              You may name only hosts that the operator allows, by the setting <code>WEBHOOK_HOSTS</code>. For
              Slack, Microsoft Teams and every other host ask the operator, who may name any on this page.
            </Notice>
          )}
          <NewAlerts company={company} onSecret={onSecret} onMade={live.refresh} />
          <NewWebhook company={company} onSecret={onSecret} />
        </>
      )}
    </Page>
  );
}

function NewWebhook({
  company,
  onSecret,
}: {
  readonly company: string;
  readonly onSecret: (secret: string) => void;
}): JSX.Element {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const body = { name: name.trim(), url: url.trim(), types: null, format: 'standard' as const };
  const add = useAction(async () => {
    const made = await answered(
      api.POST('/admin/v1/companies/{company}/webhooks', { params: { path: { company } }, body }),
    );
    setName('');
    setUrl('');
    onSecret(made.secret);
  });
  return (
    <section>
      <h2>Send events to another URL</h2>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void add.run();
        }}
      >
        <label>
          Name
          <br />
          <input required value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
        </label>
        <label>
          URL (https)
          <br />
          <input
            required
            type="url"
            value={url}
            onInput={({ currentTarget }) => setUrl(currentTarget.value)}
          />
        </label>
        <button type="submit" class="main" disabled={add.running}>
          Send all events there
        </button>
      </form>
      <Problem problem={add.problem} />
      <p class="quiet">
        Messages are signed by Standard Webhooks. <a href={`${SERVICE}/docs/guides/webhooks`}>The guide</a>{' '}
        has their form, and what a receiver has to do.
      </p>
      <Curl call={{ method: 'POST', path: addressOf(company), body }} />
    </section>
  );
}

function WebhookCard({
  company,
  webhook,
  onSecret,
  onChanged,
}: {
  readonly company: string;
  readonly webhook: Webhook;
  readonly onSecret: (secret: string) => void;
  readonly onChanged: () => void;
}): JSX.Element {
  const { id, name, url, format, types, lastSuccess, failures, failingSince } = webhook;
  const [shows, setShows] = useState(false);
  return (
    <li class="card">
      <h2>
        {name} <State webhook={webhook} />
      </h2>
      <p>
        <code>{url}</code>
      </p>
      <p class="quiet">
        {FORMATS[format]}
        {types === null ? 'All events' : types.join(', ')} ·{' '}
        {lastSuccess === null ? (
          'none was taken yet'
        ) : (
          <>
            last taken <Time at={lastSuccess} />
          </>
        )}
        {failingSince !== null && (
          <>
            {' '}
            · {failures} failed since <Time at={failingSince} />
          </>
        )}
      </p>
      <Actions company={company} webhook={webhook} onSecret={onSecret} onChanged={onChanged} />
      <button type="button" class="plain" aria-expanded={shows} onClick={() => setShows(!shows)}>
        {shows ? 'Hide what was sent' : 'What was sent'}
      </button>
      {shows && <Deliveries company={company} webhook={id} />}
    </li>
  );
}

const FORMATS = { standard: '', slack: 'For Slack · ', teams: 'For Teams · ' } as const;

const REASONS = {
  administrator: 'by an administrator',
  gone: 'the receiver says that it is gone (410)',
  failing: 'it failed for days',
} as const;

function State({
  webhook: { state, disabledReason, lastSuccess },
}: {
  readonly webhook: Webhook;
}): JSX.Element {
  switch (state) {
    case 'live':
      return lastSuccess === null ? (
        <Badge tone="plain">not tried yet</Badge>
      ) : (
        <Badge tone="good">works</Badge>
      );
    case 'failing':
      return <Badge tone="warn">failing</Badge>;
    case 'disabled':
      return (
        <>
          <Badge tone="bad">disabled</Badge>{' '}
          {disabledReason !== null && <span class="quiet">{REASONS[disabledReason]}</span>}
        </>
      );
  }
}

/** What can be done with a webhook: try it, switch it off and on, give it another secret, remove it. */
function Actions({
  company,
  webhook: { id, name, state, format },
  onSecret,
  onChanged,
}: {
  readonly company: string;
  readonly webhook: Webhook;
  readonly onSecret: (secret: string) => void;
  readonly onChanged: () => void;
}): JSX.Element | null {
  const params = { path: { company, webhook: id } };
  const test = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/webhooks/{webhook}/test', { params }));
    onChanged();
  });
  const disable = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/webhooks/{webhook}/disable', { params }));
    onChanged();
  });
  const enable = useAction(async () => {
    await answered(api.POST('/admin/v1/companies/{company}/webhooks/{webhook}/enable', { params }));
    onChanged();
  });
  const rotation = { overlapHours: OVERLAP_HOURS };
  const rotate = useAction(async () => {
    const call = api.POST('/admin/v1/companies/{company}/webhooks/{webhook}/rotate', {
      params,
      body: rotation,
    });
    onSecret((await answered(call)).secret);
  });
  const remove = useAction(async () => {
    await answered(api.DELETE('/admin/v1/companies/{company}/webhooks/{webhook}', { params }));
    onChanged();
  });
  if (!useMayChange(company)) return null;
  const path = `${addressOf(company)}/${id}`;
  const isDisabled = state === 'disabled';
  return (
    <>
      <div class="row">
        {isDisabled ? (
          <Confirmed
            label="Enable"
            confirm="Send again"
            disabled={enable.running}
            question="Everything that has waited is sent, in its order."
            call={{ method: 'POST', path: `${path}/enable` }}
            onConfirm={() => void enable.run()}
          />
        ) : (
          <>
            <button type="button" disabled={test.running} onClick={() => void test.run()}>
              Send a test event
            </button>
            <Confirmed
              label="Disable"
              confirm="Send nothing"
              disabled={disable.running}
              question="Nothing is sent until it is enabled again. What happens meanwhile is kept."
              call={{ method: 'POST', path: `${path}/disable` }}
              onConfirm={() => void disable.run()}
            />
          </>
        )}
        {/* A chat verifies no signature. */}
        {format === 'standard' && (
          <Confirmed
            label="Rotate its secret"
            confirm="Make a new one"
            disabled={rotate.running}
            question={`Messages are signed with both secrets for ${OVERLAP_HOURS} hours.`}
            call={{ method: 'POST', path: `${path}/rotate`, body: rotation }}
            onConfirm={() => void rotate.run()}
          />
        )}
        <Confirmed
          label="Remove"
          confirm={`Remove ${name}`}
          dangerous
          disabled={remove.running}
          question="It is removed with its secrets and what was sent. This can't be undone."
          call={{ method: 'DELETE', path }}
          onConfirm={() => void remove.run()}
        />
      </div>
      <Problem
        problem={test.problem ?? disable.problem ?? enable.problem ?? rotate.problem ?? remove.problem}
      />
      {!isDisabled && <Curl does="send a test event" call={{ method: 'POST', path: `${path}/test` }} />}
    </>
  );
}
