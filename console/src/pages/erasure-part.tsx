import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { SERVICE } from '../location.js';
import { useMayChange } from '../session.js';
import { type Call } from '../ui/curl.js';
import { Confirmed, CopyButton, Curl, Notice, Problem, Time } from '../ui/parts.js';
import { saveFile } from '../ui/save-answer.js';
import { useAction } from '../ui/use-action.js';
import { type Live, useLive } from '../ui/use-live.js';
import { RESOURCE_ID } from './resource-parts.js';

/** An erasure, and what it left of the person. */
export type Proven = Schema<'ProvenErasureView'>;

const GUIDE = `${SERVICE}/docs/guides/admin-api`;

/** What the rows of each table are to an administrator. */
const TABLES: Readonly<Record<string, string>> = {
  users: 'the user',
  memberships: 'memberships in groups',
  unique_values: 'values that no other user may have',
  deleted_resources: 'copies kept to be restored',
  webhook_deliveries: 'answers of receivers to events about the person',
  access_tokens: 'tokens that stood for the person',
  activity: 'entries of the journal that named the person',
  recorded_requests: 'recorded requests of the whole company',
};

/**
 * When somebody was erased who is not there any more; null where the journal tells of no erasure.
 *
 * @param id a text that is no id was never erased
 * @param isGone whether the person is not there, so that it is asked at all
 */
export function useErased(company: string, id: string, isGone: boolean): Live<string | null> {
  return useLive(
    async (signal) => {
      if (!isGone || !RESOURCE_ID.test(id)) return null;
      const query = { resource: id, operation: 'erase', count: 1 };
      const params = { path: { company }, query };
      const { items } = await answered(
        api.GET('/admin/v1/companies/{company}/activity', { params, signal }) as Promise<{
          data?: Schema<'ActivityListView'>;
          response: Response;
        }>,
      );
      return items[0]?.at ?? null;
    },
    [company, id, String(isGone)],
  );
}

/** Removes all that is kept of a person, once the name was typed. Nothing for those who may not. */
export function ErasurePart({
  company,
  id,
  name,
  onErased,
}: {
  readonly company: string;
  readonly id: string;
  /** What is to be typed: the userName; of somebody who was deleted, the id. */
  readonly name: string;
  readonly onErased: (proven: Proven) => void;
}): JSX.Element | null {
  const [typed, setTyped] = useState('');
  const params = { path: { company, user: id } };
  const erase = useAction(async () => {
    setTyped('');
    onErased(await answered(api.POST('/admin/v1/companies/{company}/users/{user}/erase', { params })));
  });
  const call: Call = {
    method: 'POST',
    path: `/admin/v1/companies/${encodeURIComponent(company)}/users/${id}/erase`,
  };
  if (!useMayChange(company)) return null;
  return (
    <section aria-labelledby="erasure">
      <h2 id="erasure">Erase the person</h2>
      <p>
        Removes all that is kept of the person, for good: the user with all memberships and the tokens that
        stood for the user, the names in the journal, and what was kept to be restored. The id alone stays.
        There is no way back.
      </p>
      <ul>
        <li>
          Remove the person from the assignments of the identity provider first. Its next cycle makes the
          person anew otherwise.
        </li>
        <li>
          Recorded requests may tell of the person: all those of the company are erased, and a recording that
          is under way ends.
        </li>
        <li>
          Backups still have the person, and so may logs elsewhere. <a href={GUIDE}>The guide</a> says how
          somebody is erased again once a backup was restored.
        </li>
        <li>What others say of the person stays, such as the name of a group.</li>
      </ul>
      <div class="filters">
        <label class="wide">
          Type {name} to erase the person
          <br />
          <input
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value.trim())}
          />
        </label>
        <Confirmed
          label="Erase the person"
          confirm="Erase for good"
          dangerous
          disabled={erase.running || typed !== name.trim()}
          question="All that is kept of the person is removed now. This can't be undone."
          call={call}
          onConfirm={() => void erase.run()}
        />
      </div>
      <Problem problem={erase.problem} />
    </section>
  );
}

/** Says that a person was erased, and since when; with the proof where it was done just now. */
export function Erased({
  company,
  at,
  id,
  proven,
}: {
  readonly company: string;
  readonly at: string;
  readonly id: string;
  readonly proven: Proven | undefined;
}): JSX.Element {
  return (
    <>
      <Notice tone="good" role="status">
        <p>
          <strong>This person was erased</strong> <Time at={at} full />. The id <code>{id}</code> alone stays,
          in the list of erasures and in the journal.
        </p>
      </Notice>
      {proven !== undefined && <Proof proven={proven} />}
      <Curl
        does="list the ids of all who were erased"
        call={{ path: `/admin/v1/companies/${encodeURIComponent(company)}/erasures` }}
      />
    </>
  );
}

function Proof({ proven }: { readonly proven: Proven }): JSX.Element {
  const { id, proof, notice } = proven;
  const text = JSON.stringify(proven, null, 2);
  const isAllGone = proof.every(({ left }) => left === 0);
  return (
    <section aria-labelledby="proof">
      <h2 id="proof">The proof</h2>
      <p>
        {isAllGone ? 'Nothing is left. ' : 'Something is left: ask an operator to look at it. '}
        Counted before and after, in the transaction that erased the person:
      </p>
      <table>
        <caption class="unseen">What was kept of the person, and what is left</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Before</th>
            <th scope="col">Left</th>
          </tr>
        </thead>
        <tbody>
          {proof.map(({ table, before, left }) => (
            <tr key={table}>
              <td>{TABLES[table] ?? table}</td>
              <td>{before.toLocaleString('en')}</td>
              <td>{left.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="row">
        <button type="button" onClick={() => saveFile(new Blob([text]), `erasure-${id}.json`)}>
          Download the proof
        </button>
        <CopyButton value={text} label="the proof as JSON" />
        <span class="quiet">It is shown this once, and names nobody.</span>
      </p>
      <h3>What is still to be done elsewhere</h3>
      <p>{notice}</p>
    </section>
  );
}
