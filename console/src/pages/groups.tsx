import { type JSX } from 'preact';
import { useLocation, useRoute } from 'preact-iso';
import { answered, api } from '../api/client.js';
import { pageAddress } from '../location.js';
import { AskAt } from '../ui/ask-at.js';
import { ChoiceLinks } from '../ui/choice-links.js';
import { addressOf } from '../ui/curl.js';
import { DaysChart } from '../ui/days-chart.js';
import { ListLinks } from '../ui/list-links.js';
import { Loaded } from '../ui/loaded.js';
import { Curl, Notice, Page, Time } from '../ui/parts.js';
import { SearchField } from '../ui/search-field.js';
import { useLive } from '../ui/use-live.js';
import { MembershipTable } from './membership-table.js';
import { RawResource, RESOURCE_ID, Timeline } from './resource-parts.js';
import { Way } from './way.js';

const COUNT = 100;
/** What is looked for by a common text takes a while in a large company. */
const LIST_EVERY_MS = 30_000;
/** So many stand for that many or more. */
const MOST_COUNTED = 1000;

/** A day is long. */
const CHART_EVERY_MS = 60_000;

const DAYS = [
  ['30', '30 days'],
  ['90', '90 days'],
] as const;
const VIEWS = [
  ['direct', 'Direct members'],
  ['all', 'All people in it'],
] as const;

const pathOf = (company: string, ...segments: readonly string[]): string =>
  ['/admin/v1/companies', ...[company, 'groups', ...segments].map(encodeURIComponent)].join('/');

/** Which groups are there, and who is in them, since when and by whom? Or who was, at an instant? */
export function Groups(): JSX.Element {
  const { company = '' } = useRoute().params;
  const { group = '' } = useLocation().query;
  return group === '' ? (
    <GroupList company={company} />
  ) : (
    <GroupPage key={group} company={company} group={group} />
  );
}

function GroupList({ company }: { readonly company: string }): JSX.Element {
  const { path, query: asked } = useLocation();
  const { search = '', cursor = '' } = asked;
  const query = { count: COUNT, ...(search !== '' && { search }), ...(cursor !== '' && { cursor }) };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/groups', { params: { path: { company }, query }, signal }),
      ),
    [company, search, cursor],
    LIST_EVERY_MS,
  );
  return (
    <Page title="Groups" lead="Open a group to see who is in it, since when and by whom.">
      <SearchField
        label="Find a group"
        hint="A part of its name, of three letters or more; or how it begins; or its id or externalId."
      />
      <Loaded live={live}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Notice tone="plain" role="status">
              {search === '' ? 'There are no groups yet.' : 'No group was found.'}
            </Notice>
          ) : (
            <>
              <table>
                <caption class="unseen">Groups, by name</caption>
                <thead>
                  <tr>
                    <th scope="col">Group</th>
                    <th scope="col">externalId</th>
                    <th scope="col">Members</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ id, displayName, externalId, members }) => (
                    <tr key={id}>
                      <td>
                        <a href={addressOf({ path, query: { group: id } })}>{displayName}</a>
                      </td>
                      <td>{externalId}</td>
                      <td>{numberOf(members)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <ListLinks what="groups" next={next} />
            </>
          )
        }
      </Loaded>
      <Curl call={{ path: pathOf(company), query }} />
    </Page>
  );
}

const numberOf = (members: number): string =>
  members >= MOST_COUNTED ? `${MOST_COUNTED.toLocaleString('en')} or more` : String(members);

function GroupPage({ company, group }: { readonly company: string; readonly group: string }): JSX.Element {
  const { path, query } = useLocation();
  const { at = '' } = query;
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/groups/{group}', {
          params: { path: { company, group } },
          signal,
        }),
      ),
    [company, group],
  );
  const { value: present, problem } = live;
  const id = present?.id ?? group;
  return (
    <Page title={present?.displayName ?? 'Group'}>
      <p class="row">
        <a href={path}>All groups</a>
        {present !== undefined && (
          <>
            {present.externalId !== null && (
              <span class="quiet">
                externalId <code>{present.externalId}</code>
              </span>
            )}
            <span class="quiet">
              id <code>{present.id}</code>
            </span>
          </>
        )}
      </p>
      {/* The journal knows who was in a group that is gone. */}
      {problem?.status === 404 ? (
        <Notice tone="warn" role="alert">
          <p>{problem.message} Where it was deleted, choose a time at which it was there.</p>
        </Notice>
      ) : (
        <Loaded live={live}>{() => null}</Loaded>
      )}
      {(present !== undefined || problem?.status === 404) && (
        <>
          <h2>Members</h2>
          <AskAt />
          {(present !== undefined || at !== '') && (
            <Members company={company} group={id} name={present?.displayName ?? group} />
          )}
          {present !== undefined && <MembersOverTime company={company} group={id} />}
          {(present !== undefined || RESOURCE_ID.test(group)) && (
            <Timeline
              company={company}
              by="resource"
              id={id}
              title="What was done to this group"
              none="The journal tells nothing of it."
            />
          )}
          {present !== undefined && (
            <RawResource company={company} kind="groups" id={id} without={<code>members</code>} />
          )}
        </>
      )}
    </Page>
  );
}

function Members({
  company,
  group,
  name,
}: {
  readonly company: string;
  readonly group: string;
  readonly name: string;
}): JSX.Element {
  const { at = '', cursor = '', view = 'direct' } = useLocation().query;
  const props = { company, group, name, at, cursor };
  if (at !== '') {
    return (
      <>
        <p class="quiet">
          Who was in it by way of other groups is not told for the past; these are its direct members.
        </p>
        <DirectMembers key={at + cursor} {...props} />
      </>
    );
  }
  return (
    <>
      <ChoiceLinks label="Which members" parameter="view" choices={VIEWS} value={view} />
      {view === 'all' ? <AllMembers key={cursor} {...props} /> : <DirectMembers key={cursor} {...props} />}
    </>
  );
}

interface PartOfGroup {
  readonly company: string;
  readonly group: string;
  readonly name: string;
  readonly at: string;
  readonly cursor: string;
}

function DirectMembers({ company, group, name, at, cursor }: PartOfGroup): JSX.Element {
  const { path } = useLocation();
  const query = { count: COUNT, ...(at !== '' && { at }), ...(cursor !== '' && { cursor }) };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/groups/{group}/members', {
          params: { path: { company, group }, query },
          signal,
        }),
      ),
    [company, group, at, cursor],
  );
  return (
    <>
      <Loaded live={live}>
        {(page) => (
          <MembershipTable
            page={page}
            of={name}
            what="members"
            one="Member"
            none={{ now: 'It has no members.', then: 'It had no members then.' }}
          >
            {({ type, value, display }) =>
              type === 'Group' ? (
                <>
                  <a href={addressOf({ path, query: { group: value, at } })}>{display ?? value}</a>{' '}
                  <span class="quiet">group: its members are in, too</span>
                </>
              ) : (
                <a href={personAddress(company, value, at)}>{display ?? value}</a>
              )
            }
          </MembershipTable>
        )}
      </Loaded>
      <Curl call={{ path: pathOf(company, group, 'members'), query }} />
    </>
  );
}

const personAddress = (company: string, user: string, at = ''): string =>
  addressOf({ path: pageAddress('companies', company, 'people'), query: { user, at } });

function AllMembers({ company, group, name, cursor }: PartOfGroup): JSX.Element {
  const { path } = useLocation();
  const query = { count: COUNT, ...(cursor !== '' && { cursor }) };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/groups/{group}/effective-members', {
          params: { path: { company, group }, query },
          signal,
        }),
      ),
    [company, group, cursor],
  );
  return (
    <>
      <Loaded live={live}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Notice tone="plain">Nobody is in it.</Notice>
          ) : (
            <>
              <table>
                <caption>
                  All people in <b>{name}</b>
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Person</th>
                    <th scope="col">How</th>
                    <th scope="col">Since</th>
                    <th scope="col" class="by">
                      By
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((member) => (
                    <tr key={member.value}>
                      <td>
                        <a href={personAddress(company, member.value)}>{member.display ?? member.value}</a>
                      </td>
                      <td>
                        <Way of={member} linkOf={(each) => addressOf({ path, query: { group: each } })} />
                      </td>
                      <td>
                        <Time at={member.since} />
                      </td>
                      <td>{member.by?.credentialName ?? member.by?.client ?? 'not known'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <ListLinks what="people" next={next} />
            </>
          )
        }
      </Loaded>
      <Curl call={{ path: pathOf(company, group, 'effective-members'), query }} />
    </>
  );
}

function MembersOverTime({
  company,
  group,
}: {
  readonly company: string;
  readonly group: string;
}): JSX.Element {
  const { days = '30' } = useLocation().query;
  const query = { days: Number(days) };
  const live = useLive(
    (signal) =>
      answered(
        api.GET('/admin/v1/companies/{company}/groups/{group}/member-counts', {
          params: { path: { company, group }, query },
          signal,
        }),
      ),
    [company, group, days],
    CHART_EVERY_MS,
  );
  return (
    <section>
      <h2>Members over time</h2>
      <ChoiceLinks label="How many days" parameter="days" choices={DAYS} value={days} />
      <Loaded live={live}>
        {({ items }) => (
          <DaysChart
            days={items.map(({ day, members }) => ({ day, number: members }))}
            of={query.days}
            thing="direct member"
          />
        )}
      </Loaded>
      <Curl call={{ path: pathOf(company, group, 'member-counts'), query }} />
    </section>
  );
}
