import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress, SERVICE } from '../location.js';
import { Curl, Problem } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

type Format = Schema<'CreateWebhook'>['format'];

/** Where alerts can go: what the receiver is, and how its URL is found. */
const RECEIVERS: readonly {
  readonly format: NonNullable<Format>;
  readonly name: string;
  readonly where: string;
}[] = [
  {
    format: 'slack',
    name: 'Slack',
    where: 'Slack: your app → Incoming Webhooks → Add New Webhook, choose the channel, and copy the URL.',
  },
  {
    format: 'teams',
    name: 'Microsoft Teams',
    where:
      'Teams: the channel → … → Workflows → “Send webhook alerts to a channel” (the trigger “When a Teams webhook request is received”), and copy the URL.',
  },
  {
    format: 'standard',
    name: 'Another receiver',
    where: 'It gets the signed messages that other webhooks get, such as a relay of yours that sends e-mail.',
  },
];

const KINDS = [
  ['held', 'Removals are held, or much was removed', ['guard.held', 'guard.warned', 'guard.released']],
  ['expiring', 'A credential ends within 30 days', ['credential.expiring']],
  ['silent', 'No request has come for long', ['company.silent']],
] as const;

/** Sends what somebody should look at, and nothing else, to a chat or another receiver. */
export function NewAlerts({
  company,
  onSecret,
  onMade,
}: {
  readonly company: string;
  readonly onSecret: (secret: string) => void;
  readonly onMade: () => void;
}): JSX.Element {
  const [format, setFormat] = useState<NonNullable<Format>>('slack');
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState<ReadonlySet<string>>(new Set(KINDS.map(([kind]) => kind)));
  const receiver = RECEIVERS.find((each) => each.format === format) ?? RECEIVERS[0]!;
  const types = KINDS.filter(([kind]) => kinds.has(kind)).flatMap(([, , each]) => [...each]);
  const body = { name: `Alerts: ${receiver.name}`, url: url.trim(), format, types };
  const add = useAction(async () => {
    const made = await answered(
      api.POST('/admin/v1/companies/{company}/webhooks', { params: { path: { company } }, body }),
    );
    setUrl('');
    // A chat verifies no signature: nobody has to enter the secret.
    if (format === 'standard') onSecret(made.secret);
    else onMade();
  });
  const toggle = (kind: string): void =>
    setKinds((before) => {
      const next = new Set(before);
      if (!next.delete(kind)) next.add(kind);
      return next;
    });
  return (
    <section aria-labelledby="alerts">
      <h2 id="alerts">Be told when something is wrong</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add.run();
        }}
      >
        <div class="filters">
          <label>
            Where?
            <br />
            <select
              value={format}
              onChange={({ currentTarget }) => setFormat(currentTarget.value as NonNullable<Format>)}
            >
              {RECEIVERS.map((each) => (
                <option key={each.format} value={each.format}>
                  {each.name}
                </option>
              ))}
            </select>
          </label>
          <label>
            Its webhook URL
            <br />
            <input
              required
              type="url"
              autocomplete="off"
              value={url}
              onInput={({ currentTarget }) => setUrl(currentTarget.value)}
            />
          </label>
        </div>
        <p class="quiet">{receiver.where}</p>
        <ul class="plain-list">
          {KINDS.map(([kind, text]) => (
            <li key={kind}>
              <label>
                <input type="checkbox" checked={kinds.has(kind)} onChange={() => toggle(kind)} /> {text}
              </label>
            </li>
          ))}
        </ul>
        <button type="submit" class="main" disabled={add.running || types.length === 0}>
          Send alerts there
        </button>
      </form>
      <Problem problem={add.problem} />
      <p class="quiet">
        After how long a company is silent is one of its{' '}
        <a href={pageAddress('companies', company, 'settings')}>settings</a>. Then send a test event.{' '}
        <a href={`${SERVICE}/docs/guides/webhooks`}>The guide</a> says what is sent.
      </p>
      <Curl
        call={{
          method: 'POST',
          path: `/admin/v1/companies/${encodeURIComponent(company)}/webhooks`,
          body: { ...body, url: body.url === '' ? 'https://…' : body.url },
        }}
      />
    </section>
  );
}
