import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { SERVICE } from '../location.js';
import { useMayChange } from '../session.js';
import { repeatingCurl } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { Command } from '../ui/parts.js';
import { useLive } from '../ui/use-live.js';

const COUNT = 5;

/** The requests that an entry of the journal is about, as they came, where they were recorded. */
export function RecordedPart({
  company,
  requestId,
}: {
  readonly company: string;
  readonly requestId: string;
}): JSX.Element | null {
  // Others may not read them.
  return useMayChange(company) ? <RecordedRequests company={company} requestId={requestId} /> : null;
}

function RecordedRequests({
  company,
  requestId,
}: {
  readonly company: string;
  readonly requestId: string;
}): JSX.Element {
  const { value } = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/recorded-requests', {
          params: { path: { company }, query: { requestId, count: COUNT } },
          signal,
        }),
      ),
    [company, requestId],
  );
  return (
    <>
      {value?.items.map((each) => (
        <RecordedRequest key={each.id} company={company} request={each} />
      ))}
    </>
  );
}

function RecordedRequest({
  company,
  request: { id, method, path, status },
}: {
  readonly company: string;
  readonly request: Schema<'RecordedRequestView'>;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details class="recorded" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        The request as it came:{' '}
        <code>
          {method ?? '…'} {path ?? '(encrypted under another key)'}
        </code>{' '}
        <span class="quiet">({status})</span>
      </summary>
      {open && <Whole company={company} id={id} />}
    </details>
  );
}

function Whole({ company, id }: { readonly company: string; readonly id: string }): JSX.Element {
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/recorded-requests/{id}', {
          params: { path: { company, id } },
          signal,
        }),
      ),
    [company, id],
  );
  return (
    <Loaded live={live}>
      {(whole) => (
        <>
          <Text name="Request" text={requestText(whole)} />
          {whole.body?.cut === true && <p class="quiet">{cutNote(whole.body.bytes)}</p>}
          <Text name={`Answer (${whole.status})`} text={whole.answer?.text ?? ''} />
          {whole.answer?.cut === true && <p class="quiet">{cutNote(whole.answer.bytes)}</p>}
          {whole.body?.cut !== true && (
            <Command
              label="curl that repeats it"
              command={repeatingCurl(SERVICE, { ...whole, body: whole.body ?? null })}
            />
          )}
        </>
      )}
    </Loaded>
  );
}

const cutNote = (bytes: number): string =>
  `Only the begin was kept; it had ${bytes.toLocaleString('en')} bytes.`;

const requestText = ({ method, path, headers, body }: Schema<'WholeRequestView'>): string =>
  [
    `${method} ${path}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body ? ['', body.text] : []),
  ].join('\n');

function Text({ name, text }: { readonly name: string; readonly text: string }): JSX.Element | null {
  if (text === '') return null;
  return (
    <>
      <p>
        <strong>{name}</strong>
      </p>
      <pre tabIndex={0} aria-label={name} role="region">
        <code>{text}</code>
      </pre>
    </>
  );
}
