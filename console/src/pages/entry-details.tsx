import { type ComponentChildren, Fragment, type JSX } from 'preact';
import { answered, api, type Schema } from '../api/client.js';
import { causeOf } from '../journal/cause.js';
import { detailOf, type Entry } from '../journal/entry.js';
import { pageAddress } from '../location.js';
import { Loaded } from '../ui/loaded.js';
import { Curl, Notice, Time } from '../ui/parts.js';
import { useLive } from '../ui/use-live.js';
import { useNames } from '../ui/use-names.js';
import { RecordedPart } from './recorded-part.js';

const METHODS: Readonly<Record<string, string>> = {
  create: 'POST',
  replace: 'PUT',
  patch: 'PATCH',
  members: 'PATCH',
  activate: 'PATCH or PUT',
  deactivate: 'PATCH or PUT',
  delete: 'DELETE',
  token: 'POST',
};

/** All that is known of an entry of the journal: what was asked for, what went wrong, why, and what makes it work. */
export function EntryDetails({
  company,
  id,
  others,
}: {
  readonly company: string;
  readonly id: string;
  /** Equal ones, which were folded into it. */
  readonly others: readonly Entry[];
}): JSX.Element {
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/activity/{id}', { params: { path: { company, id } }, signal }),
      ),
    [company, id],
  );
  return (
    <div class="entry">
      <Loaded live={live}>
        {(entry) => (
          <>
            <Failure company={company} entry={entry} />
            <dl>
              <Fact name="Request">{requestOf(entry)}</Fact>
              <Fact name="Operations">{operationsOf(entry)}</Fact>
              <Fact name="Status">{[entry.status, entry.scimType].filter(Boolean).join(' ')}</Fact>
              <Fact name={entry.resourceType ?? 'Resource'}>
                {entry.resourceId !== null && (
                  <>
                    <a href={`${pageAddress('companies', company, 'log')}?resource=${entry.resourceId}`}>
                      {entry.display ?? entry.resourceId}
                    </a>{' '}
                    <code>{entry.resourceId}</code>
                  </>
                )}
              </Fact>
              <Fact name="externalId">{entry.externalId}</Fact>
              <Fact name="Changed">{entry.attributes.join(', ')}</Fact>
              <Fact name="Members">{membersOf(entry)}</Fact>
              <Fact name="Credential">
                {entry.credentialName}{' '}
                {entry.credentialId !== null && <span class="quiet">({entry.credentialId})</span>}
              </Fact>
              <Fact name="Client">{entry.client}</Fact>
              <Fact name="When">
                <Time at={entry.at} full />
              </Fact>
              <Fact name="Took">{entry.durationMs !== null && `${entry.durationMs} ms`}</Fact>
              <Fact name="X-Request-Id">{entry.requestId !== null && <code>{entry.requestId}</code>}</Fact>
              <Fact name="Also at">
                {others.length > 0 && (
                  <ul class="plain-list">
                    {others.map(({ id: other, at }) => (
                      <li key={other}>
                        <Time at={at} full />
                      </li>
                    ))}
                  </ul>
                )}
              </Fact>
            </dl>
            {entry.requestId !== null && <RecordedPart company={company} requestId={entry.requestId} />}
            <Curl call={{ path: `/admin/v1/companies/${encodeURIComponent(company)}/activity/${id}` }} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Failure({
  company,
  entry,
}: {
  readonly company: string;
  readonly entry: Entry;
}): JSX.Element | null {
  const found = causeOf(entry);
  const { message, reason, since, ignored, concerns } = detailOf(entry);
  const ids = typeof concerns === 'string' ? [concerns] : (concerns ?? []);
  const names = useNames(company, ids);
  if (found === undefined) return null;
  return (
    <Notice tone="bad">
      {message !== undefined && (
        <p>
          <strong>The client was told:</strong> {message}
        </p>
      )}
      {reason !== undefined && (
        <p>
          <strong>And not told:</strong> the credential is {reason}
          {since !== undefined && (
            <>
              {' since '}
              <Time at={since} full />
            </>
          )}
        </p>
      )}
      <p>
        <strong>Cause:</strong> {found.cause}
      </p>
      <p>
        <strong>Cure:</strong> {found.cure}
      </p>
      {ignored !== undefined && (
        <p>
          <strong>Left out:</strong> {[ignored].flat().join(', ')}
        </p>
      )}
      {ids.length > 0 && (
        <p>
          <strong>See:</strong>{' '}
          {ids.map((id) => (
            <Fragment key={id}>
              <a href={addressOfConcern(company, entry, id)}>{names.get(id) ?? id}</a>{' '}
            </Fragment>
          ))}
        </p>
      )}
    </Notice>
  );
}

/** Where the one is that has a value already, its own page; otherwise what is known of the id. */
function addressOfConcern(company: string, { scimType, resourceType }: Entry, id: string): string {
  if (scimType === 'uniqueness' && resourceType === 'User')
    return `${pageAddress('companies', company, 'people')}?user=${id}`;
  if (scimType === 'uniqueness' && resourceType === 'Group')
    return `${pageAddress('companies', company, 'groups')}?group=${id}`;
  return `${pageAddress('companies', company, 'log')}?resource=${id}`;
}

function operationsOf(entry: Entry): ComponentChildren {
  const { operations } = detailOf(entry);
  if (operations === undefined) return undefined;
  return (
    <ol class="plain-list">
      {operations.map((operation, index) => (
        <li key={index}>
          <code>{operation}</code>
        </li>
      ))}
    </ol>
  );
}

function requestOf(entry: Entry): string {
  const { path, request } = detailOf(entry);
  return [
    request ?? METHODS[entry.operation],
    request === undefined && path,
    `(${entry.operation}${entry.surface === null ? '' : `, ${entry.surface}`})`,
  ]
    .filter(Boolean)
    .join(' ');
}

function membersOf({ members, added, removed }: Schema<'ActivityDetailView'>): ComponentChildren {
  if (members.length === 0) return undefined;
  const more = added + removed - members.length;
  return (
    <ul class="plain-list">
      {members.map(({ value, display, change }) => (
        <li key={value}>
          {change === 'added' ? '+ ' : '− '}
          {display ?? value}
        </li>
      ))}
      {more > 0 && <li class="quiet">and {more.toLocaleString('en')} more</li>}
    </ul>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element | null {
  if (children === null || children === undefined || children === '' || children === false) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
