import { type ComponentChildren, type JSX } from 'preact';
import { answered, api, type Schema } from '../api/client.js';
import { pageAddress } from '../location.js';
import { addressOf } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { Notice, Time } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { useLive } from '../ui/use-live.js';

const DAY_MS = 86_400_000;
/** As many of the newest entries are looked through for a user and a group. */
const ENTRIES = 200;

/** How far an identity provider has come. */
interface Progress {
  /** When something was last asked for; null where nothing was. */
  readonly lastUsed: string | null;
  readonly hasUser: boolean;
  readonly hasGroup: boolean;
  readonly hasMember: boolean;
  /** Whether something was refused lately. */
  readonly refused: boolean;
  /** Of the company. */
  readonly users: number;
  readonly groups: number;
}

/** Does an identity provider work? It ticks itself as that goes on. */
export function Checklist({
  company,
  credential,
  expectsGroups,
}: {
  readonly company: string;
  /** The id of the token or client by which it signs in; empty for whatever the company has. */
  readonly credential: string;
  /** Whether the identity provider sends groups too. */
  readonly expectsGroups: boolean;
}): JSX.Element {
  const live = useLive((signal) => loadProgress(company, credential, signal), [company, credential]);
  const pageOf = (segment: string): string => pageAddress('companies', company, segment);
  return (
    <section aria-labelledby="checklist">
      <h2 id="checklist">Does it work?</h2>
      <Loaded live={live}>
        {({ lastUsed, hasUser, hasGroup, hasMember, refused, users, groups }) => (
          <>
            <ul class="checklist" aria-live="polite">
              <Tick done={lastUsed !== null}>
                The connection was tested
                {lastUsed !== null && (
                  <span class="quiet">
                    {' · last request '}
                    <Time at={lastUsed} />
                  </span>
                )}
              </Tick>
              <Tick done={hasUser}>
                The first user came {hasUser && <span class="quiet">· {counted(users, 'user')}</span>}
              </Tick>
              {expectsGroups && (
                <>
                  <Tick done={hasGroup}>
                    The first group came {hasGroup && <span class="quiet">· {counted(groups, 'group')}</span>}
                  </Tick>
                  <Tick done={hasMember}>The first member came into a group</Tick>
                </>
              )}
            </ul>
            {refused && (
              <Notice tone="warn">
                Something was refused within the last day.{' '}
                <a href={addressOf({ path: pageOf('log'), query: { outcome: 'refused', credential } })}>
                  See what, why, and the cure
                </a>
              </Notice>
            )}
            {lastUsed !== null && hasUser && (!expectsGroups || (hasGroup && hasMember)) && (
              <Notice tone="good">
                <strong>It works.</strong> <a href={pageOf('log')}>What happened</a> has every change from now
                on, <a href={pageOf('people')}>People</a> tells why somebody is in a group, and{' '}
                <a href={pageOf('safety')}>Safety</a> stops and undoes removals in mass.
              </Notice>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

async function loadProgress(company: string, credential: string, signal: AbortSignal): Promise<Progress> {
  const path = { company };
  const entries = async (query: object): Promise<readonly Schema<'ActivityView'>[]> => {
    const call = api.GET('/admin/v1/companies/{company}/activity', {
      params: { path, query: { ...query, ...(credential !== '' && { credential }) } },
      signal,
    });
    return ((await answered(call)) as unknown as Schema<'ActivityListView'>).items;
  };
  const from = new Date(Date.now() - DAY_MS).toISOString();
  const [{ lastUsed, users, groups }, own, members, newest, refused] = await Promise.all([
    answered(api.GET('/admin/v1/companies/{company}', { params: { path }, signal })),
    credential === '' ? undefined : loadLastUse(company, credential, signal),
    entries({ operation: 'members', outcome: 'done', count: 1 }),
    entries({ count: ENTRIES }),
    entries({ outcome: 'refused', from, count: 1 }),
  ]);
  const came = newest.filter(({ outcome }) => outcome !== 'refused');
  const hasMember = members.length > 0 || came.some(({ added }) => added > 0);
  const has = (type: string, number: number): boolean =>
    hasMember || came.some(({ resourceType }) => resourceType === type) || (credential === '' && number > 0);
  return {
    lastUsed: own === undefined ? lastUsed : own,
    hasUser: has('User', users),
    hasGroup: has('Group', groups),
    hasMember,
    refused: refused.length > 0,
    users,
    groups,
  };
}

async function loadLastUse(company: string, credential: string, signal: AbortSignal): Promise<string | null> {
  const found = credential.startsWith('client_')
    ? await answered(
        api.GET('/admin/v1/companies/{company}/clients/{client}', {
          params: { path: { company, client: credential } },
          signal,
        }),
      )
    : await answered(
        api.GET('/admin/v1/companies/{company}/tokens/{id}', {
          params: { path: { company, id: credential } },
          signal,
        }),
      );
  return found.lastUsed;
}

const Tick = ({
  done,
  children,
}: {
  readonly done: boolean;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <li class={done ? 'ticked' : undefined}>
    <span class="unseen">{done ? 'Done: ' : 'Not yet: '}</span>
    {children}
  </li>
);
