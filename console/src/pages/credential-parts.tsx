import { type JSX } from 'preact';
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
