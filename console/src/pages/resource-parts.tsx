import { type ComponentChildren, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { foldFailures } from '../journal/fold.js';
import { pageAddress } from '../location.js';
import { useMayChange } from '../session.js';
import { addressOf } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { CopyButton, Curl } from '../ui/parts.js';
import { useLive } from '../ui/use-live.js';
import { Row } from './log.js';

/** The journal is asked by id alone. */
export const RESOURCE_ID = /^[0-9a-f]{16}$/;

const NEWEST = 10;

/** The newest entries of the journal about a resource, with a link to the others. */
export function Timeline({
  company,
  by,
  id,
  title,
  none,
}: {
  readonly company: string;
  /** By what the journal is asked: what was done to it, or how it came into groups and left them. */
  readonly by: 'resource' | 'member';
  readonly id: string;
  readonly title: string;
  readonly none: string;
}): JSX.Element {
  const filter = by === 'resource' ? { resource: id } : { member: id };
  const query = { ...filter, exceptUnchanged: true, count: NEWEST };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/activity', {
          params: { path: { company }, query },
          signal,
        }) as Promise<{ data?: Schema<'ActivityListView'>; error?: unknown; response: Response }>,
      ),
    [company, by, id],
  );
  const log = addressOf({ path: pageAddress('companies', company, 'log'), query: filter });
  return (
    <section>
      <h2>{title}</h2>
      <Loaded live={live}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? (
              <p class="quiet">{none}</p>
            ) : (
              <ol class="log" aria-label={`${title}, the newest first`}>
                {foldFailures(items).map((fold) => (
                  <Row key={fold.key} company={company} fold={fold} />
                ))}
              </ol>
            )}
            <p>
              <a href={log}>
                {next === null ? 'See it in the log' : 'See all of it in the log'}
                <span class="unseen">: {title}</span>
              </a>
            </p>
          </>
        )}
      </Loaded>
    </section>
  );
}

/** A resource as SCIM has it, which is loaded when it is opened. Nothing for those who may not see it. */
export function RawResource({
  company,
  kind,
  id,
  without,
}: {
  readonly company: string;
  readonly kind: 'users' | 'groups';
  readonly id: string;
  /** What is left out of it, if anything. */
  readonly without?: ComponentChildren;
}): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (!useMayChange(company)) return null;
  return (
    <details class="raw" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>As SCIM JSON{without !== undefined && <>, without {without}</>}</summary>
      {open && <Raw company={company} kind={kind} id={id} />}
    </details>
  );
}

function Raw({
  company,
  kind,
  id,
}: {
  readonly company: string;
  readonly kind: 'users' | 'groups';
  readonly id: string;
}): JSX.Element {
  const live = useLive<object>(
    (signal) =>
      kind === 'users'
        ? answered(
            api.GET('/admin/v1/companies/{company}/users/{user}/resource', {
              params: { path: { company, user: id } },
              signal,
            }),
          )
        : answered(
            api.GET('/admin/v1/companies/{company}/groups/{group}/resource', {
              params: { path: { company, group: id } },
              signal,
            }),
          ),
    [company, kind, id],
  );
  return (
    <>
      <Loaded live={live}>
        {(resource) => {
          const text = JSON.stringify(resource, null, 2);
          return (
            <>
              <pre tabIndex={0}>
                <code>{text}</code>
              </pre>
              <p>
                <CopyButton value={text} label="the resource as JSON" />
              </p>
            </>
          );
        }}
      </Loaded>
      <Curl call={{ path: `/admin/v1/companies/${encodeURIComponent(company)}/${kind}/${id}/resource` }} />
    </>
  );
}
