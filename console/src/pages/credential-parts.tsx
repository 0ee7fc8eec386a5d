import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Schema } from '../api/client.js';
import { Badge, Time } from '../ui/parts.js';

/** For how many days the secret before goes on working beside a new one. */
export const OVERLAP_DAYS = 7;
const SOON_DAYS = 30;

/** A secret that was just made. */
export interface Made {
  readonly name: string;
  readonly secret: string;
  readonly kind: 'token' | 'client secret';
}

/** Whether a token or secret opens something. */
export const isInForce = ({
  revoked,
  daysLeft,
}: Pick<Schema<'TokenView'>, 'revoked' | 'daysLeft'>): boolean =>
  revoked === null && (daysLeft === null || daysLeft > 0);

/** How long it still does. */
export function Days({
  left,
  revoked,
}: {
  readonly left: number | null;
  readonly revoked: string | null;
}): JSX.Element {
  if (revoked !== null) return <Badge tone="plain">revoked</Badge>;
  if (left === null) return <Badge tone="plain">never ends</Badge>;
  if (left <= 0) return <Badge tone="bad">has ended</Badge>;
  return (
    <Badge tone={left <= SOON_DAYS ? 'warn' : 'good'}>
      {left === 1 ? '1 day left' : `${left} days left`}
    </Badge>
  );
}

/** When it was last used, and by what. */
export const LastUse = ({
  lastUsed,
  client,
}: {
  readonly lastUsed: string | null;
  readonly client: string | null;
}): JSX.Element => (
  <p class="quiet">
    {lastUsed === null ? (
      'Not used yet'
    ) : (
      <>
        Last used <Time at={lastUsed} />
        {client !== null && <> by {client}</>}
      </>
    )}
  </p>
);

const DAY_MS = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** When a new credential ends: a date, null for never, undefined for what the service does by itself, in a year. */
export type Expires = string | null | undefined;

const ENDS: readonly (readonly [value: string, text: string, expires: () => Expires])[] = [
  ['year', 'in a year', () => undefined],
  ['90', 'in 90 days', () => dayIn(90)],
  ['30', 'in 30 days', () => dayIn(30)],
  ['day', 'on a day …', () => dayIn(1)],
  ['never', 'never', () => null],
];

/** The field for what a new credential is called. */
export const NameField = ({
  value,
  onChange,
  placeholder,
}: {
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly placeholder?: string;
}): JSX.Element => (
  <label>
    What is it for?
    <br />
    <input
      required
      maxLength={200}
      pattern=".*\S.*"
      placeholder={placeholder}
      value={value}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  </label>
);

/** Asks when a new credential ends. */
export function EndField({
  value,
  onChange,
}: {
  readonly value: Expires;
  readonly onChange: (expires: Expires) => void;
}): JSX.Element {
  const [choice, setChoice] = useState('year');
  return (
    <>
      <label>
        It ends
        <br />
        <select
          value={choice}
          onChange={({ currentTarget }) => {
            setChoice(currentTarget.value);
            onChange(ENDS.find(([each]) => each === currentTarget.value)?.[2]());
          }}
        >
          {ENDS.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {choice === 'day' && (
        <label>
          The day (UTC)
          <br />
          <input
            type="date"
            required
            min={dayIn(1)}
            value={value ?? ''}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
          />
        </label>
      )}
    </>
  );
}
