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

/** Who is in a group, since when, and by whom? Or who was, at an instant? */
export function Groups(): JSX.Element {
  const { company = '' } = useRoute().params;
  const { group = '', at = '', cursor = '' } = useLocation().query;
  return (
    <Page
      title="Groups"
      lead="Who is in a group, since when and by whom; or who was, at any instant of the journal."
    >
      <AskAt parameter="group" label="Name or id of the group" button="Show its members" />
      {group !== '' && <Members key={group + at} company={company} group={group} at={at} cursor={cursor} />}
    </Page>
  );
}

function Members({
  company,
  group,
  at,
  cursor,
}: {
  readonly company: string;
  readonly group: string;
  readonly at: string;
  readonly cursor: string;
}): JSX.Element {
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
            of={group}
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
                <a href={`${pageAddress('companies', company, 'people')}?user=${value}`}>
                  {display ?? value}
                </a>
              )
            }
          </MembershipTable>
        )}
      </Loaded>
      <Curl
        call={{
          path: `/admin/v1/companies/${encodeURIComponent(company)}/groups/${encodeURIComponent(group)}/members`,
          query,
        }}
      />
    </>
  );
}
