import { type JSX } from 'preact';
import { useLocation, useRoute } from 'preact-iso';
import { answered, api } from '../api/client.js';
import { pageAddress } from '../location.js';
import { AskAt } from '../ui/ask-at.js';
import { addressOf } from '../ui/curl.js';
import { Loaded } from '../ui/loaded.js';
import { Curl, Page } from '../ui/parts.js';
import { useLive } from '../ui/use-live.js';
import { MembershipTable } from './membership-table.js';

const COUNT = 100;

/** Why is somebody in a group? */
export function People(): JSX.Element {
  const { company = '' } = useRoute().params;
  const { user = '', at = '', cursor = '' } = useLocation().query;
  return (
    <Page
      title="People"
      lead="Which groups somebody is in, since when and by whom; or was in, at any instant of the journal."
    >
      <AskAt parameter="user" label="userName or id of the person" button="Show the groups" />
      {user !== '' && <GroupsOf key={user + at} company={company} user={user} at={at} cursor={cursor} />}
    </Page>
  );
}

function GroupsOf({
  company,
  user,
  at,
  cursor,
}: {
  readonly company: string;
  readonly user: string;
  readonly at: string;
  readonly cursor: string;
}): JSX.Element {
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
  const pageOf = (segment: string): string => pageAddress('companies', company, segment);
  return (
    <>
      <Loaded live={live}>
        {(page) => (
          <>
            <MembershipTable
              page={page}
              of={user}
              what="groups"
              one="Group"
              none={{ now: 'In no group.', then: 'In no group then.' }}
            >
              {({ value, display }) => (
                <a href={addressOf({ path: pageOf('groups'), query: { group: value, at } })}>
                  {display ?? value}
                </a>
              )}
            </MembershipTable>
            {page.items.length > 0 && (
              <p class="quiet">
                These are the groups that name the person. Whoever is in a group is in the groups, too, that
                it is a member of.
              </p>
            )}
          </>
        )}
      </Loaded>
      {RESOURCE_ID.test(user) && (
        <p class="row">
          <a href={`${pageOf('log')}?resource=${user}`}>What was done to this person</a>
          <a href={`${pageOf('log')}?member=${user}`}>How the memberships changed</a>
        </p>
      )}
      <Curl
        call={{
          path: `/admin/v1/companies/${encodeURIComponent(company)}/users/${encodeURIComponent(user)}/groups`,
          query,
        }}
      />
    </>
  );
}

/** The journal is asked by id alone. */
const RESOURCE_ID = /^[0-9a-f]{16}$/;
