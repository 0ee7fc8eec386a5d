import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { answered, api } from '../api/client.js';
import { pageAddress } from '../location.js';
import { AskAt } from '../ui/ask-at.js';
import { ChoiceLinks } from '../ui/choice-links.js';
import { addressOf } from '../ui/curl.js';
import { ListLinks } from '../ui/list-links.js';
import { Loaded } from '../ui/loaded.js';
import { Badge, Curl, Notice, Page, Time } from '../ui/parts.js';
import { SearchField } from '../ui/search-field.js';
import { useLive } from '../ui/use-live.js';
import { Erased, ErasurePart, type Proven, useErased } from './erasure-part.js';
import { MembershipTable } from './membership-table.js';
import { RawResource, RESOURCE_ID, Timeline } from './resource-parts.js';
import { Way } from './way.js';

const COUNT = 100;
/** What is looked for by a common text takes a while in a large company. */
const LIST_EVERY_MS = 30_000;

const VIEWS = [
  ['all', 'All groups'],
  ['direct', 'Groups that name the person'],
] as const;

const pathOf = (company: string, ...segments: readonly string[]): string =>
  ['/admin/v1/companies', ...[company, 'users', ...segments].map(encodeURIComponent)].join('/');

const groupAddress = (company: string, group: string, at = ''): string =>
  addressOf({ path: pageAddress('companies', company, 'groups'), query: { group, at } });

/** Who is there, and why is somebody in a group? */
export function People(): JSX.Element {
  const { company = '' } = useRoute().params;
  const { query, path, route } = useLocation();
  const { user = '' } = query;
  const [erasure, setErasure] = useState<Proven>();
  if (user === '') return <PeopleList company={company} />;
  const proven = erasure?.id === user ? erasure : undefined;
  return (
    <Person
      // Behind the erasure nothing stays of what was loaded before.
      key={`${user} ${proven === undefined}`}
      company={company}
      user={user}
      proven={proven}
      onErased={(made) => {
        setErasure(made);
        // The address may have had the userName.
        route(addressOf({ path, query: { user: made.id } }), true);
      }}
    />
  );
}

function PeopleList({ company }: { readonly company: string }): JSX.Element {
  const { path, query: asked } = useLocation();
  const { search = '', cursor = '' } = asked;
  const query = { count: COUNT, ...(search !== '' && { search }), ...(cursor !== '' && { cursor }) };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/users', { params: { path: { company }, query }, signal }),
      ),
    [company, search, cursor],
    LIST_EVERY_MS,
  );
  return (
    <Page title="People" lead="Open somebody to see in which groups, by which way, since when and by whom.">
      <SearchField
        label="Find somebody"
        hint="A part of userName, displayName or e-mail address, of three letters or more; or how the userName begins; or the id or externalId."
      />
      <Loaded live={live}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Notice tone="plain" role="status">
              {search === '' ? 'There is nobody yet.' : 'Nobody was found.'}
            </Notice>
          ) : (
            <>
              <table>
                <caption class="unseen">People, by userName</caption>
                <thead>
                  <tr>
                    <th scope="col">userName</th>
                    <th scope="col">Name</th>
                    <th scope="col">externalId</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ id, userName, display, externalId, active }) => (
                    <tr key={id}>
                      <td>
                        <a href={addressOf({ path, query: { user: id } })}>{userName}</a>{' '}
                        {!active && <Badge tone="warn">inactive</Badge>}
                      </td>
                      <td>{display !== userName && display}</td>
                      <td>{externalId}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <ListLinks what="people" next={next} />
            </>
          )
        }
      </Loaded>
      <Curl call={{ path: pathOf(company), query }} />
    </Page>
  );
}

interface PersonProps {
  readonly company: string;
  /** userName or id. */
  readonly user: string;
  /** The erasure of the person, where it was done on this page. */
  readonly proven: Proven | undefined;
  readonly onErased: (proven: Proven) => void;
}

function Person({ company, user, proven, onErased }: PersonProps): JSX.Element {
  const { path, query } = useLocation();
  const { at = '' } = query;
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/users/{user}', {
          params: { path: { company, user } },
          signal,
        }),
      ),
    [company, user],
  );
  const { value: found, problem } = live;
  const isGone = problem?.status === 404;
  const id = found?.id ?? user;
  const { value: told, problem: untold } = useErased(company, id, isGone);
  const erased = proven?.erased ?? told ?? undefined;
  if (erased !== undefined) {
    return (
      <Page title="Person">
        <p>
          <a href={path}>All people</a>
        </p>
        <Erased company={company} at={erased} id={id} proven={proven} />
        <History company={company} id={id} />
      </Page>
    );
  }
  // The journal knows in which groups somebody was who is gone.
  const isUnknown = isGone && (told === null || untold !== undefined);
  return (
    <Page title={found?.display ?? 'Person'}>
      <p class="row">
        <a href={path}>All people</a>
        {found !== undefined && (
          <>
            {!found.active && <Badge tone="warn">inactive</Badge>}
            <span class="quiet">
              userName <code>{found.userName}</code>
            </span>
            {found.externalId !== null && (
              <span class="quiet">
                externalId <code>{found.externalId}</code>
              </span>
            )}
            <span class="quiet">
              id <code>{found.id}</code>
            </span>
          </>
        )}
      </p>
      {isUnknown && (
        <Notice tone="warn" role="alert">
          <p>{problem.message} Where the person was deleted, choose a time at which they were there.</p>
        </Notice>
      )}
      {!isGone && <Loaded live={live}>{() => null}</Loaded>}
      {(found !== undefined || isUnknown) && (
        <>
          <h2>Groups</h2>
          <AskAt />
          {(found !== undefined || at !== '') && (
            <GroupsOf company={company} user={id} name={found?.display ?? user} />
          )}
          {RESOURCE_ID.test(id) && <History company={company} id={id} />}
          {found !== undefined && <RawResource company={company} kind="users" id={id} />}
          {RESOURCE_ID.test(id) && (
            <ErasurePart company={company} id={id} name={found?.userName ?? id} onErased={onErased} />
          )}
        </>
      )}
    </Page>
  );
}

const History = ({ company, id }: { readonly company: string; readonly id: string }): JSX.Element => (
  <>
    <Timeline
      company={company}
      by="resource"
      id={id}
      title="What was done to this person"
      none="The journal tells nothing of it."
    />
    <Timeline
      company={company}
      by="member"
      id={id}
      title="How the memberships changed"
      none="The journal tells of no change."
    />
  </>
);

function GroupsOf({
  company,
  user,
  name,
}: {
  readonly company: string;
  readonly user: string;
  readonly name: string;
}): JSX.Element {
  const { at = '', cursor = '', view = 'all' } = useLocation().query;
  const props = { company, user, name, at, cursor };
  if (at !== '') {
    return (
      <>
        <p class="quiet">
          Groups by way of other groups are not told for the past; these named the person then.
        </p>
        <DirectGroups key={at + cursor} {...props} />
      </>
    );
  }
  return (
    <>
      <ChoiceLinks label="Which groups" parameter="view" choices={VIEWS} value={view} />
      {view === 'direct' ? <DirectGroups key={cursor} {...props} /> : <AllGroups key={cursor} {...props} />}
    </>
  );
}

interface PartOfPerson {
  readonly company: string;
  readonly user: string;
  readonly name: string;
  readonly at: string;
  readonly cursor: string;
}

function DirectGroups({ company, user, name, at, cursor }: PartOfPerson): JSX.Element {
  const query = { count: COUNT, ...(at !== '' && { at }), ...(cursor !== '' && { cursor }) };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/users/{user}/groups', {
          params: { path: { company, user }, query },
          signal,
        }),
      ),
    [company, user, at, cursor],
  );
  return (
    <>
      <Loaded live={live}>
        {(page) => (
          <MembershipTable
            page={page}
            of={name}
            what="groups"
            one="Group"
            none={{ now: 'In no group.', then: 'In no group then.' }}
          >
            {({ value, display }) => <a href={groupAddress(company, value, at)}>{display ?? value}</a>}
          </MembershipTable>
        )}
      </Loaded>
      <Curl call={{ path: pathOf(company, user, 'groups'), query }} />
    </>
  );
}

function AllGroups({ company, user, name, cursor }: PartOfPerson): JSX.Element {
  const query = { count: COUNT, ...(cursor !== '' && { cursor }) };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/users/{user}/effective-groups', {
          params: { path: { company, user }, query },
          signal,
        }),
      ),
    [company, user, cursor],
  );
  return (
    <>
      <Loaded live={live}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Notice tone="plain">In no group.</Notice>
          ) : (
            <>
              <table>
                <caption>
                  All groups of <b>{name}</b>
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Group</th>
                    <th scope="col">How</th>
                    <th scope="col">Since</th>
                    <th scope="col" class="by">
                      By
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((group) => (
                    <tr key={group.value}>
                      <td>
                        <a href={groupAddress(company, group.value)}>{group.display ?? group.value}</a>
                      </td>
                      <td>
                        <Way of={group} linkOf={(each) => groupAddress(company, each)} />
                      </td>
                      <td>{group.since !== null && <Time at={group.since} />}</td>
                      <td>
                        {group.since !== null &&
                          (group.by?.credentialName ?? group.by?.client ?? 'not known')}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <ListLinks what="groups" next={next} />
            </>
          )
        }
      </Loaded>
      <Curl call={{ path: pathOf(company, user, 'effective-groups'), query }} />
    </>
  );
}
