import { Injectable } from '@nestjs/common';
import { type Recording, RecordingsStore, type SealedRequest } from '../../recording/recordings.store.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';

interface RecordingRow {
  readonly company_id: string;
  readonly slug: string;
  readonly recording_id: string;
  readonly ends: Date;
}

/** {@link RecordingsStore} in PostgreSQL: two functions are all that the service may do there. */
@Injectable()
export class PostgresRecordingsStore extends RecordingsStore {
  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override async findUnderWay(): Promise<readonly Recording[]> {
    const { rows } = await this.transaction.runOutsideCompany({
      name: 'recordings.under_way',
      text: 'SELECT company_id, slug, recording_id, ends FROM find_recordings()',
      values: [],
    });
    return (rows as unknown as readonly RecordingRow[]).map(
      ({ company_id: companyId, slug, recording_id: id, ends }) => ({ id, companyId, slug, ends }),
    );
  }

  override async keep(
    { companyId, id }: Recording,
    requests: readonly SealedRequest[],
    leftOut: number,
  ): Promise<boolean> {
    const { rows } = await this.transaction.runOutsideCompany({
      name: 'recordings.keep',
      text: 'SELECT keep_recorded_requests($1, $2, $3, $4) AS goes_on',
      values: [companyId, id, JSON.stringify(requests.map(toRow)), leftOut],
    });
    return rows[0]?.['goes_on'] === true;
  }
}

const toRow = (
  { at, requestId, status, head, content }: SealedRequest,
  index: number,
): Readonly<Record<string, string | number>> => ({
  n: index,
  at: at.toISOString(),
  request_id: requestId,
  status,
  head,
  content,
});
