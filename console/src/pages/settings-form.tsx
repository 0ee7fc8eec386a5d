import { type JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Curl, Problem } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';

type Values = Schema<'SettingsView'>;
type Name = keyof Values;
type Value = Values[Name];

/** The settings as they are, and the tag by which they are changed. */
interface Current {
  readonly settings: Values;
  readonly tag: string;
}

/** What somebody wants otherwise, and the tag of what was seen then. */
interface Draft {
  readonly tag: string;
  readonly changes: Partial<Record<Name, Value>>;
}

type Field = { readonly name: Name; readonly label: string; readonly note?: string } & (
  | { readonly choices: readonly (readonly [value: string | boolean, text: string])[] }
  | { readonly least: number; readonly most: number; readonly none?: string }
);

const FIELDS: readonly Field[] = [
  {
    name: 'silentAfterHours',
    label: 'Silent after so many hours without a request',
    note: 'Told once for each silence, here, in the log and to webhooks. Entra ID asks every 40 minutes; Okta only when something changes.',
    least: 1,
    most: 8760,
    none: 'never',
  },
  {
    name: 'unknownMembers',
    label: 'A member that is not known',
    choices: [
      ['reject', 'refuse the request'],
      ['ignore', 'leave it out'],
    ],
  },
  {
    name: 'duplicateGroupNames',
    label: 'Several groups of one name',
    choices: [
      [false, 'refused'],
      [true, 'allowed'],
    ],
  },
  {
    name: 'uniqueExternalId',
    label: 'Two users with one externalId',
    choices: [
      [false, 'allowed'],
      [true, 'refused'],
    ],
  },
  {
    name: 'recreate',
    label: 'A user or group that was deleted is made again',
    choices: [
      ['new', 'a new one is made'],
      ['restore', 'the deleted one comes back'],
    ],
  },
  {
    name: 'reprovision',
    label: 'A user who is inactive is made again',
    choices: [
      ['reject', 'refused with 409'],
      ['restore', 'the user becomes active'],
    ],
  },
  {
    name: 'journalRetentionDays',
    label: 'Days for which the journal is kept',
    least: 1,
    most: 3650,
  },
  {
    name: 'journalValues',
    label: 'Values before and after a change in the journal',
    note: 'They are personal data.',
    choices: [
      [false, 'not kept'],
      [true, 'kept'],
    ],
  },
  {
    name: 'rateLimit',
    label: 'Requests a second',
    least: 1,
    most: 1_000_000,
    none: 'as RATE_LIMIT says',
  },
];

/** The settings of a company, which whoever may changes as they were when they were seen. */
export function SettingsForm({ company }: { readonly company: string }): JSX.Element {
  const mayChange = useMayChange(company);
  const [draft, setDraft] = useState<Draft>();
  const [saved, setSaved] = useState(false);
  const live = useLive((signal) => load(company, signal), [company]);
  const changes = draft?.changes ?? {};
  const save = useAction(async () => {
    if (draft === undefined) return;
    try {
      await answered(
        api.PATCH('/admin/v1/companies/{company}/settings', {
          params: { path: { company }, header: { 'If-Match': draft.tag } },
          body: draft.changes as Schema<'ChangeSettings'>,
        }),
      );
      setDraft(undefined);
      setSaved(true);
    } finally {
      live.refresh();
    }
  });
  const address = `/admin/v1/companies/${encodeURIComponent(company)}/settings`;
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">Behaviour</h2>
      {!mayChange && <p class="quiet">You may look, and not change: ask an administrator of the company.</p>}
      <Loaded live={live}>
        {({ settings, tag }) => (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void save.run();
            }}
          >
            <fieldset disabled={!mayChange} class="settings">
              <legend class="unseen">Settings of the company</legend>
              {FIELDS.map((field) => (
                <Row
                  key={field.name}
                  field={field}
                  value={field.name in changes ? changes[field.name] : settings[field.name]}
                  onChange={(value) => {
                    setSaved(false);
                    const { [field.name]: _, ...others } = changes;
                    const next = value === settings[field.name] ? others : { ...others, [field.name]: value };
                    const isNone = Object.keys(next).length === 0;
                    setDraft(isNone ? undefined : { tag: draft?.tag ?? tag, changes: next });
                  }}
                />
              ))}
            </fieldset>
            {mayChange && (
              <p class="row">
                <button type="submit" class="main" disabled={draft === undefined || save.running}>
                  Save
                </button>
                {draft !== undefined && (
                  <button type="button" class="plain" onClick={() => setDraft(undefined)}>
                    Discard
                  </button>
                )}
                <span role="status">{saved && 'Saved.'}</span>
              </p>
            )}
          </form>
        )}
      </Loaded>
      <Problem problem={save.problem} />
      {draft === undefined ? (
        <Curl does="see the settings" call={{ path: address }} />
      ) : (
        <Curl
          does="change the settings"
          call={{ method: 'PATCH', path: address, headers: { 'If-Match': draft.tag }, body: changes }}
        />
      )}
    </section>
  );
}

async function load(company: string, signal: AbortSignal): Promise<Current> {
  const call = api.GET('/admin/v1/companies/{company}/settings', { params: { path: { company } }, signal });
  const [settings, { response }] = await Promise.all([answered(call), call]);
  return { settings, tag: response.headers.get('ETag') ?? '' };
}

function Row({
  field,
  value,
  onChange,
}: {
  readonly field: Field;
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
}): JSX.Element {
  const id = useId();
  const { label, note } = field;
  return (
    <div class="setting">
      <label for={id}>{label}</label>
      {'choices' in field ? (
        <select
          id={id}
          value={String(value)}
          onChange={({ currentTarget }) => {
            const chosen = field.choices.find(([each]) => String(each) === currentTarget.value);
            if (chosen) onChange(chosen[0] as Value);
          }}
        >
          {field.choices.map(([choice, text]) => (
            <option key={String(choice)} value={String(choice)}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          type="number"
          min={field.least}
          max={field.most}
          required={field.none === undefined}
          placeholder={field.none}
          value={value === null || value === undefined ? '' : String(value)}
          onInput={({ currentTarget }) => {
            const { value: text } = currentTarget;
            onChange(text === '' && field.none !== undefined ? null : Number(text));
          }}
        />
      )}
      {note !== undefined && <p class="quiet">{note}</p>}
    </div>
  );
}
