import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { useMayChange } from '../session.js';
import { Curl, Notice, Problem } from '../ui/parts.js';
import { counted } from '../ui/times.js';
import { useAction } from '../ui/use-action.js';

type Report = Schema<'RestoreReportView'>;

const SHOWN = 50;

const CHANGES = {
  restored: 'comes back, with its id',
  activated: 'becomes active',
  deactivated: 'becomes inactive',
  members: 'has other members',
} as const;

const REASONS = {
  nameTaken: 'another one has the name now',
  externalIdTaken: 'another one has the externalId now',
  valueTaken: 'another one has a value now that only one may have',
  erased: 'the person was erased',
  notKept: 'what it was is not kept any more',
  notThere: 'it did not exist at that time',
  membersGone: 'some of its members are gone for good',
  groupGone: 'a group that it was in is gone for good',
} as const;

/** What was there at an instant comes back, once somebody has seen what that changes. */
export function RestorePart({ company }: { readonly company: string }): JSX.Element | null {
  const mayChange = useMayChange(company);
  const [time, setTime] = useState('');
  const [group, setGroup] = useState('');
  const [report, setReport] = useState<Report>();
  const at = time === '' ? '' : new Date(time).toISOString();
  const scope = group === '' ? ('all' as const) : { groups: [group] };
  const bodyOf = (dryRun: boolean): Schema<'RestoreResources'> => ({ at, scope, dryRun });
  const send = async (dryRun: boolean): Promise<void> => {
    const call = api.POST('/admin/v1/companies/{company}/restore', {
      params: { path: { company } },
      body: bodyOf(dryRun),
    });
    setReport(await answered(call));
  };
  const look = useAction(() => send(true));
  const restore = useAction(() => send(false));
  if (!mayChange) return null;
  const problem = look.problem ?? restore.problem;
  const path = `/admin/v1/companies/${encodeURIComponent(company)}/restore`;
  return (
    <section aria-labelledby="restore">
      <h2 id="restore">Bring back what was there</h2>
      <p>
        Deleted users and groups come back with their ids, and groups have the members again that they had.
        What was made since stays. You see first what would be changed.
      </p>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void look.run();
        }}
      >
        <label>
          As it was at (your time)
          <br />
          <input
            type="datetime-local"
            step="1"
            required
            value={time}
            onInput={({ currentTarget }) => {
              setTime(currentTarget.value);
              setReport(undefined);
            }}
          />
        </label>
        <label>
          Only this group (empty: all)
          <br />
          <input
            value={group}
            placeholder="Finance"
            onInput={({ currentTarget }) => {
              setGroup(currentTarget.value.trim());
              setReport(undefined);
            }}
          />
        </label>
        <button type="submit" disabled={look.running}>
          Show what would change
        </button>
      </form>
      <Problem problem={problem} />
      {report !== undefined && (
        <>
          <Diff report={report} />
          {report.dryRun && report.changes.length > 0 && (
            <>
              <button
                type="button"
                class="danger"
                disabled={restore.running}
                onClick={() => void restore.run()}
              >
                Bring it back
              </button>
              <Curl does="bring it back" call={{ method: 'POST', path, body: bodyOf(false) }} />
            </>
          )}
        </>
      )}
      {at !== '' && (
        <Curl does="show what would change" call={{ method: 'POST', path, body: bodyOf(true) }} />
      )}
    </section>
  );
}

function Diff({ report }: { readonly report: Report }): JSX.Element {
  const { dryRun, users, groups, memberships, changes, conflicts, omitted } = report;
  const hidden = Math.max(0, changes.length - SHOWN) + omitted.changes;
  return (
    <Notice tone={dryRun ? 'warn' : 'good'} role="status">
      <p>
        <strong>
          {changes.length === 0
            ? 'Nothing is different.'
            : dryRun
              ? 'This would be changed:'
              : 'This was changed:'}
        </strong>{' '}
        {counted(users.restored, 'user')} and {counted(groups.restored, 'group')} back, {users.activated}{' '}
        activated, {users.deactivated} deactivated, {counted(memberships.added, 'membership')} added,{' '}
        {memberships.removed} removed.
      </p>
      <ul class="plain-list">
        {changes.slice(0, SHOWN).map(({ type, id, display, change, added, removed }) => (
          <li key={`${type} ${id} ${change}`}>
            {type} <b>{display ?? id}</b> {CHANGES[change]}
            {added > 0 && <span class="came"> +{added}</span>}
            {removed > 0 && <span class="went"> −{removed}</span>}
          </li>
        ))}
        {hidden > 0 && <li class="quiet">and {hidden.toLocaleString('en')} more</li>}
      </ul>
      {conflicts.length > 0 && (
        <>
          <p>
            <strong>This stays as it is:</strong>
          </p>
          <ul class="plain-list">
            {conflicts.slice(0, SHOWN).map(({ type, id, display, reason }) => (
              <li key={`${type} ${id} ${reason}`}>
                {type} <b>{display ?? id}</b>: {REASONS[reason]}
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}
