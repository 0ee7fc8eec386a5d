import { type RecordedContent, type RecordedHead, sealedFor } from '../recording/recorded-request.js';
import { formatResourceId, readResourceId } from '../persistence/sql/resource-id.js';
import { type SecretBox, UnreadableSecretError } from '../webhooks/secret-box.js';
import { AdministrationError } from './administration.error.js';
import { findCompany, findCompanyId } from './find-company.js';
import { type OwnerConnection } from './owner-connection.js';
import {
  MOST_RECORDINGS,
  type RecordedRequest,
  RECORDINGS_KEPT,
  type RecordingState,
  type WholeRequest,
} from './recording.js';
import { type ListPart } from './rows.js';
import { shownId } from './shown-id.js';

/** Which requests are asked for, the newest first. */
export interface RecordedPart extends Partial<ListPart> {
  /** As the answer had it in `X-Request-Id`. */
  readonly requestId?: string | undefined;
}

interface StateRow {
  readonly is_recording: boolean;
  readonly started: Date;
  readonly ends: Date;
  readonly ended: Date | null;
  readonly end_reason: RecordingState['endReason'];
  readonly requests: number;
  readonly left_out: number;
  readonly kept: number;
}

interface RequestRow {
  readonly id: string;
  readonly recording_id: string;
  readonly at: Date;
  readonly request_id: string;
  readonly status: number;
  readonly head: string;
}

const STATE = `
  SELECT ended IS NULL AND ends > now() AS is_recording, started, ends,
    coalesce(ended, CASE WHEN ends <= now() THEN ends END) AS ended,
    coalesce(end_reason, CASE WHEN ends <= now() THEN 'time' END) AS end_reason, requests, left_out,
    (sum(requests) OVER ())::int AS kept
  FROM recordings WHERE company_id = $1 AND started > now() - interval '${RECORDINGS_KEPT}'
  ORDER BY id DESC LIMIT 1`;

const COLUMNS = 'q.id, q.recording_id, q.at, q.request_id, q.status, q.head';
const KEPT = `recorded_requests q JOIN recordings r ON r.company_id = q.company_id AND r.id = q.recording_id
    AND r.started > now() - interval '${RECORDINGS_KEPT}'`;

/**
 * The recordings of the requests of companies. All methods throw {@link AdministrationError} where there is no company of the
 * slug or id.
 */
export class RecordingAdministration {
  constructor(private readonly connection: OwnerConnection) {}

  /** @param possible whether a recording can begin */
  async state(slug: string, possible: boolean): Promise<RecordingState> {
    const companyId = await findCompanyId(this.connection, slug);
    return this.read(companyId, possible);
  }

  /**
   * Records the requests of a company from now on, for some minutes.
   *
   * @throws AdministrationError where it can't be encrypted, is under way, or too much is kept already
   */
  async start(slug: string, minutes: number, possible: boolean): Promise<RecordingState> {
    const { id: companyId, name } = await findCompany(this.connection, slug);
    if (!possible) {
      throw new AdministrationError(
        'Requests are recorded only where they can be encrypted: set SECRETS_KEY, and restart the service.',
        'conflict',
      );
    }
    return this.connection.change(async () => {
      await this.connection.inJournal(async () => {
        await this.connection.query(
          `UPDATE recordings SET ended = ends, end_reason = 'time'
           WHERE company_id = $1 AND ended IS NULL AND ends <= now()`,
          [companyId],
        );
        await this.requireRoom(slug, companyId);
        await this.connection.query(
          'INSERT INTO recordings (company_id, ends) VALUES ($1, now() + make_interval(mins => $2))',
          [companyId, minutes],
        );
      });
      await this.connection.record(companyId, {
        operation: 'recording.started',
        display: name,
        detail: { minutes },
      });
      return this.read(companyId, possible);
    });
  }

  /** Ends the recording that is under way, if there is one; what it has stays. */
  async stop(slug: string, possible: boolean): Promise<RecordingState> {
    const { id: companyId, name } = await findCompany(this.connection, slug);
    return this.connection.change(async () => {
      const { rowCount } = await this.connection.inJournal(() =>
        this.connection.query(
          `UPDATE recordings SET ended = clock_timestamp(), end_reason = 'stopped'
           WHERE company_id = $1 AND ended IS NULL AND ends > now()`,
          [companyId],
        ),
      );
      if (rowCount === 1)
        await this.connection.record(companyId, { operation: 'recording.stopped', display: name });
      return this.read(companyId, possible);
    });
  }

  /** Removes all that was recorded, and ends the recording that is under way. */
  async erase(slug: string): Promise<void> {
    const { id: companyId, name } = await findCompany(this.connection, slug);
    await this.connection.change(async () => {
      const { rows } = await this.connection.inJournal(() =>
        this.connection.query<{ requests: number }>(
          'DELETE FROM recordings WHERE company_id = $1 RETURNING requests',
          [companyId],
        ),
      );
      if (rows.length === 0) return;
      const requests = rows.reduce((sum, row) => sum + row.requests, 0);
      await this.connection.record(companyId, {
        operation: 'recording.erased',
        display: name,
        detail: { requests },
      });
    });
  }

  /** The recorded requests of a company, or a part of them, the newest first. */
  async list(
    slug: string,
    { requestId, after, limit }: RecordedPart,
    secrets: SecretBox,
  ): Promise<readonly RecordedRequest[]> {
    const companyId = await findCompanyId(this.connection, slug);
    const before = after === undefined ? undefined : readResourceId(after);
    const { rows } = await this.connection.inJournal(() =>
      this.connection.query<RequestRow>(
        `SELECT ${COLUMNS} FROM ${KEPT}
         WHERE q.company_id = $1 AND ($2::text IS NULL OR q.request_id = $2) AND ($3::bigint IS NULL OR q.id < $3)
         ORDER BY q.id DESC LIMIT $4`,
        [companyId, requestId ?? null, before ?? null, limit ?? null],
      ),
    );
    const items: RecordedRequest[] = [];
    for (const row of rows) {
      const head = await openIfKnown(secrets, row.head, sealedFor(companyId, row.recording_id));
      const { method, path } = head === undefined ? UNREADABLE : (JSON.parse(head) as RecordedHead);
      items.push({ ...toRequest(row), method, path });
    }
    return items;
  }

  /**
   * One recorded request as it came.
   *
   * @throws AdministrationError where there is none of this id, or it can't be read by a key that is known
   */
  async show(slug: string, id: string, secrets: SecretBox): Promise<WholeRequest> {
    const companyId = await findCompanyId(this.connection, slug);
    const { rows } = await this.connection.inJournal(() =>
      this.connection.query<RequestRow & { content: string }>(
        `SELECT ${COLUMNS}, q.content FROM ${KEPT} WHERE q.company_id = $1 AND q.id = $2`,
        [companyId, readResourceId(id) ?? '0'],
      ),
    );
    const [row] = rows;
    if (row === undefined) {
      throw new AdministrationError(`Company ${slug} has no recorded request ${shownId(id)}.`, 'unknown');
    }
    const subject = sealedFor(companyId, row.recording_id);
    const head = await openIfKnown(secrets, row.head, subject);
    const content = await openIfKnown(secrets, row.content, subject);
    if (head === undefined || content === undefined) {
      throw new AdministrationError(
        'The request was encrypted under a key that is not known: name it in SECRETS_KEY, behind the present one.',
        'conflict',
      );
    }
    return {
      ...toRequest(row),
      ...(JSON.parse(head) as RecordedHead),
      ...(JSON.parse(content) as RecordedContent),
    };
  }

  /** @throws AdministrationError where a recording is under way, or there are as many as there may be */
  private async requireRoom(slug: string, companyId: string): Promise<void> {
    const { rows } = await this.connection.query<{ ends: Date | null; recent: number }>(
      `SELECT max(ends) FILTER (WHERE ended IS NULL) AS ends, count(*)::int AS recent FROM recordings
       WHERE company_id = $1 AND started > now() - interval '${RECORDINGS_KEPT}'`,
      [companyId],
    );
    const { ends = null, recent = 0 } = rows[0] ?? {};
    if (ends !== null) {
      throw new AdministrationError(
        `The requests of ${slug} are being recorded already, until ${ends.toISOString()}; stop that first.`,
        'conflict',
      );
    }
    if (recent >= MOST_RECORDINGS) {
      throw new AdministrationError(
        `Company ${slug} has ${MOST_RECORDINGS} recordings of the last ${RECORDINGS_KEPT}, the most there may be; erase them first.`,
        'conflict',
      );
    }
  }

  private async read(companyId: string, possible: boolean): Promise<RecordingState> {
    const { rows } = await this.connection.inJournal(() =>
      this.connection.query<StateRow>(STATE, [companyId]),
    );
    const [row] = rows;
    return {
      recording: row?.is_recording ?? false,
      possible,
      started: row?.started.toISOString() ?? null,
      ends: row?.ends.toISOString() ?? null,
      ended: row?.ended?.toISOString() ?? null,
      endReason: row?.end_reason ?? null,
      requests: row?.requests ?? 0,
      leftOut: row?.left_out ?? 0,
      kept: row?.kept ?? 0,
    };
  }
}

const UNREADABLE = { method: null, path: null };

const toRequest = ({
  id,
  at,
  request_id: requestId,
  status,
}: RequestRow): Omit<RecordedRequest, 'method' | 'path'> => ({
  id: formatResourceId(id),
  at: at.toISOString(),
  requestId,
  status,
});

/** Undefined where no key that is known opens it. */
async function openIfKnown(secrets: SecretBox, sealed: string, subject: string): Promise<string | undefined> {
  try {
    return await secrets.open(sealed, subject);
  } catch (error) {
    if (error instanceof UnreadableSecretError) return undefined;
    throw error;
  }
}
