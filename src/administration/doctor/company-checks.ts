import { commandOf } from '../../config/command.js';
import { type Client, type QueryResultRow } from 'pg';
import { JOURNAL_ROLE } from '../../persistence/database/role-names.js';
import { type Check, ok, warn } from './check.js';

/** From when on the feed is behind: a process of the service moves changes there within a tenth of a second. */
const MAX_LAG_SECONDS = 60;
/** How long a webhook may fail, or keep what it has to tell, until somebody should look. */
const MAX_FAILING = '1 hour';
const MAX_WAITING = '15 minutes';

/** Whether removals are held. */
export async function checkGuards(client: Client): Promise<Check> {
  const rows = await askOfAll<{ slug: string }>(
    client,
    `SELECT c.slug FROM guards g JOIN companies c ON c.id = g.company_id
     WHERE g.held_since IS NOT NULL ORDER BY g.held_since, c.slug`,
  );
  const [first] = rows;
  if (!first) return ok('Guards', 'no company has removals that are held');
  return warn(
    'Guards',
    `removals of ${rows.length} ${rows.length === 1 ? 'company' : 'companies'} are held, first of ${first.slug}`,
    `Who left keeps access meanwhile. See: ${commandOf(`guard show ${first.slug}`)}`,
  );
}

/** Whether changes get their place in the feed. */
export async function checkFeed(client: Client): Promise<Check> {
  const [row] = await askOfAll<{ seconds: number }>(client, 'SELECT outbox_lag() AS seconds');
  const seconds = Math.round(row?.seconds ?? 0);
  if (seconds <= MAX_LAG_SECONDS) return ok('Feed', 'changes get their place at once');
  return warn(
    'Feed',
    `the oldest change has waited ${seconds} s for its place, so followers and webhooks are not told`,
    'Each process of the service gives places: start one. Where one runs, its log says why it can not.',
  );
}

interface WebhookRow {
  readonly slug: string;
  readonly id: string;
  readonly name: string;
  readonly trouble: 'disabled' | 'failing' | 'waiting';
}

const WEBHOOKS_IN_TROUBLE = `
  SELECT slug, id, name, trouble FROM (
    SELECT c.slug, format_resource_id(w.id) AS id, w.name,
      CASE WHEN w.disabled_reason IN ('gone', 'failing') THEN 'disabled'
        WHEN w.disabled IS NOT NULL THEN NULL
        WHEN w.failing_since < clock_timestamp() - interval '${MAX_FAILING}' THEN 'failing'
        WHEN w.failures = 0 AND least(
          (SELECT d.created FROM webhook_deliveries d WHERE d.company_id = w.company_id AND d.webhook_id = w.id
            AND d.state = 'pending' AND d.due <= clock_timestamp() ORDER BY d.id LIMIT 1),
          (SELECT resource_id_time(f.activity_id) FROM feed f WHERE f.company_id = w.company_id
            AND f.position > w.position ORDER BY f.position LIMIT 1)
          ) < clock_timestamp() - interval '${MAX_WAITING}' THEN 'waiting' END AS trouble
    FROM webhooks w JOIN companies c ON c.id = w.company_id WHERE c.delete_after IS NULL) t
  WHERE trouble IS NOT NULL ORDER BY trouble, slug, id`;

/** Whether webhooks are disabled, fail for long, or don't get what there is to tell. */
export async function checkWebhooks(client: Client): Promise<Check> {
  const rows = await askOfAll<WebhookRow>(client, WEBHOOKS_IN_TROUBLE);
  const [first] = rows;
  if (!first) return ok('Webhooks', 'none is in trouble');
  const found = (['disabled', 'failing', 'waiting'] as const).flatMap((trouble) => {
    const [one, ...others] = rows.filter((row) => row.trouble === trouble);
    if (!one) return [];
    const named = `${JSON.stringify(one.name)} of company ${one.slug}`;
    return `${TROUBLES[trouble]}: ${named}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  });
  return warn('Webhooks', found.join('; '), adviceFor(first));
}

const TROUBLES: Readonly<Record<WebhookRow['trouble'], string>> = {
  disabled: 'disabled, since the receiver is gone or has failed for days',
  failing: `failing for more than ${MAX_FAILING}`,
  waiting: `with something to tell for more than ${MAX_WAITING}`,
};

function adviceFor({ slug, id, trouble }: WebhookRow): string {
  const see = `See: ${commandOf(`webhook deliveries ${slug} ${id}`)}`;
  switch (trouble) {
    case 'disabled':
      return `${see}; mend the receiver, then: ${commandOf(`webhook enable ${slug} ${id}`)}`;
    case 'failing':
      return `${see}; mend the receiver, before it is disabled.`;
    case 'waiting':
      return `Look whether a process of the service runs, and how long the receiver takes to answer. ${see}`;
  }
}

/** Rows of all companies are seen by the keeper of the journal alone. */
async function askOfAll<Row extends QueryResultRow>(client: Client, text: string): Promise<readonly Row[]> {
  await client.query('BEGIN');
  try {
    await client.query("SELECT set_config('role', $1, true)", [JOURNAL_ROLE]);
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.query('ROLLBACK');
  }
}
