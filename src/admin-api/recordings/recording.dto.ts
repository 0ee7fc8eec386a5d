import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  type RecordedRequest,
  type RecordingState,
  type WholeRequest,
} from '../../administration/recording.js';
import { MOST_OF_BODY, type RecordedBody } from '../../recording/recorded-request.js';
import { instant } from '../http/instant.js';
import { nullableText } from '../http/nullable-text.js';
import { PageQuery, pageOf } from '../http/pages.js';
import { IsText, IsWholeNumber, MayBeLeftOut } from '../http/values.js';

const LONGEST = 60;
const LONGEST_REQUEST_ID = 128;
const END_REASONS = ['time', 'stopped', 'full'] as const;

export class StartRecording {
  @ApiPropertyOptional({ default: LONGEST, minimum: 1, maximum: LONGEST })
  @MayBeLeftOut()
  @IsWholeNumber(1, LONGEST, { inWords: 'an hour' })
  minutes: number = LONGEST;
}

export class RecordedRequestsQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'The `X-Request-Id` of the answer, as entries of the journal have it.',
  })
  @MayBeLeftOut()
  @IsText(LONGEST_REQUEST_ID)
  requestId?: string;
}

/** The recording that is under way, or the last one. */
export class RecordingView implements RecordingState {
  @ApiProperty({ example: true, description: 'Whether requests are being recorded.' })
  recording!: boolean;

  @ApiProperty({ example: true, description: 'Whether a recording can begin: where `SECRETS_KEY` is set.' })
  possible!: boolean;

  @ApiProperty(instant('Null where nothing was recorded within 7 days.', '2026-01-31T08:30:00.000Z'))
  started!: string | null;

  @ApiProperty(instant('When it ends by itself.', '2026-01-31T09:30:00.000Z'))
  ends!: string | null;

  @ApiProperty(instant('When it ended; null while it goes on.'))
  ended!: string | null;

  @ApiProperty({
    type: 'string',
    enum: [...END_REASONS, null],
    nullable: true,
    example: null,
    description: '`full` where it had as many requests, or bytes of them, as it may.',
  })
  endReason!: RecordingState['endReason'];

  @ApiProperty({ example: 12, description: 'How many requests it has.' })
  requests!: number;

  @ApiProperty({ example: 0, description: 'How many it has not kept.' })
  leftOut!: number;

  @ApiProperty({ example: 12, description: 'How many requests are kept of all recordings.' })
  kept!: number;
}

class RecordedRequestView implements RecordedRequest {
  @ApiProperty({ example: '0558ac4d70400001' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  at!: string;

  @ApiProperty({ example: '9b2e1c1e-6f0a-4a60-9d0b-0d1c5a3f7f11', description: 'As the answer had it.' })
  requestId!: string;

  @ApiProperty({ example: 409, description: 'Of the answer.' })
  status!: number;

  @ApiProperty(nullableText('Null where it was encrypted under a key that is not known.', 'POST'))
  method!: string | null;

  @ApiProperty(nullableText('With its query.', '/standard/scim/v2/Users'))
  path!: string | null;
}

export class RecordedRequestListView extends pageOf(RecordedRequestView, 'RecordedRequestPage') {}

const body = (description: string): object => ({
  type: 'object',
  nullable: true,
  description,
  properties: {
    text: { type: 'string', example: '{"userName":"ada"}' },
    bytes: { type: 'integer', example: 18 },
    cut: { type: 'boolean', example: false },
  },
  required: ['text', 'bytes', 'cut'],
});

export class WholeRequestView extends RecordedRequestView implements WholeRequest {
  @ApiProperty({ nullable: false, example: 'POST' })
  override method!: string;

  @ApiProperty({ nullable: false, example: '/standard/scim/v2/Users' })
  override path!: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
    example: [['Content-Type', 'application/scim+json']],
    description:
      'Names and values as the client sent them, without Authorization, Proxy-Authorization and Cookie.',
  })
  headers!: WholeRequest['headers'];

  @ApiProperty(
    body(
      `Null where none was sent, or none was read. The first ${MOST_OF_BODY / 1024} KiB of it, unpacked; \`bytes\` is the length of the whole. Secrets in it are \`…\`.`,
    ),
  )
  body!: RecordedBody | null;

  @ApiProperty(body('The body of the answer, likewise; null where there was none.'))
  answer!: RecordedBody | null;
}
