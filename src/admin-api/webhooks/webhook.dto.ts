import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type as ConvertTo } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn, Matches, ValidateIf } from 'class-validator';
import { type Webhook, type WebhookDelivery, type WebhookSecret } from '../../administration/webhook.js';
import { WEBHOOK_FORMATS, type WebhookFormat } from '../../webhooks/webhook-format.js';
import { instant } from '../http/instant.js';
import { nullableText } from '../http/nullable-text.js';
import { PageQuery, pageOf } from '../http/pages.js';
import { IsInstant, IsName, IsText, IsWholeNumber, MayBeLeftOut } from '../http/values.js';

const LONGEST_URL = 2048;
const MOST_TYPES = 50;
/** A month, in hours. */
const LONGEST_OVERLAP_HOURS = 720;
const DEFAULT_OVERLAP_HOURS = 24;
const STATES = ['pending', 'delivered', 'failed'] as const;
const SHOWN_ONCE = 'It is shown this once; it is kept encrypted.';
const EXAMPLE_SECRET = 'whsec_…';
const FORMATS =
  'standard: messages of Standard Webhooks. slack, teams: a sentence, as the incoming webhooks of these chats take it, for ' +
  'alerts alone: guard.…, credential.expiring and company.….';
const MOMENT = { format: 'date-time', example: '2026-01-31T08:30:00.000Z' };

class WebhookSecretView implements WebhookSecret {
  @ApiProperty({ example: '0558ac4d70400001' })
  id!: string;

  @ApiProperty(MOMENT)
  created!: string;

  @ApiProperty(instant('Until when messages are signed with it; null for the one that has no successor.'))
  expires!: string | null;
}

export class WebhookView implements Webhook {
  @ApiProperty({ example: '0558ac4d70400001' })
  id!: string;

  @ApiProperty({ example: 'Access service' })
  name!: string;

  @ApiProperty({
    example: 'https://hooks.example.com/rollcall',
    description: 'That of a chat is a secret, of which the host alone is shown.',
  })
  url!: string;

  @ApiProperty({ enum: WEBHOOK_FORMATS, description: FORMATS })
  format!: WebhookFormat;

  @ApiProperty({
    type: [String],
    nullable: true,
    example: null,
    description: 'The types of events that it is sent; null for all.',
  })
  types!: readonly string[] | null;

  @ApiProperty(MOMENT)
  created!: string;

  @ApiProperty({ enum: ['live', 'failing', 'disabled'] })
  state!: Webhook['state'];

  @ApiProperty(instant('Since when it is sent nothing; null if it is.'))
  disabled!: string | null;

  @ApiProperty({
    type: 'string',
    enum: ['administrator', 'gone', 'failing', null],
    nullable: true,
    example: null,
    description:
      'Why: by an administrator, by its answer 410, or because the last retry of a delivery has failed.',
  })
  disabledReason!: Webhook['disabledReason'];

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'How many attempts have failed since the last that did not.',
  })
  failures!: number;

  @ApiProperty(instant('Null if the last attempt did not fail.'))
  failingSince!: string | null;

  @ApiProperty(instant('Null if there was none since it was made, enabled or given another URL.'))
  lastSuccess!: string | null;

  @ApiProperty({ type: [WebhookSecretView], description: 'Those in force, the newest first.' })
  secrets!: readonly WebhookSecret[];
}

export class WebhookWithSecretView extends WebhookView {
  @ApiProperty({ description: SHOWN_ONCE, example: EXAMPLE_SECRET })
  secret!: string;
}

export class WebhookListView extends pageOf(WebhookView, 'WebhookPage') {}

export class DeliveryView implements WebhookDelivery {
  @ApiProperty({ example: '0558ac4d70400002', description: 'webhook-id is msg_ and this.' })
  id!: string;

  @ApiProperty(
    nullableText('The entry of the journal that it tells of; null for a test.', '0558ac4d70400003'),
  )
  activity!: string | null;

  @ApiProperty(nullableText('The user or group that the event is about; null for none.', '0558ac4d70400004'))
  resource!: string | null;

  @ApiProperty(nullableText('The type of the event; null before the first attempt.', 'group.members'))
  type!: string | null;

  @ApiProperty({ enum: STATES })
  state!: WebhookDelivery['state'];

  @ApiProperty(MOMENT)
  created!: string;

  @ApiProperty({ type: 'integer', example: 1 })
  attempts!: number;

  @ApiProperty(instant('Null if it is over.'))
  nextAttempt!: string | null;

  @ApiProperty(instant('Null before the first attempt.'))
  lastAttempt!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 42, description: 'How long the last one took.' })
  durationMs!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 204,
    description: 'Of the last answer; null if there was none.',
  })
  status!: number | null;

  @ApiProperty(nullableText('Why there was no answer.'))
  error!: string | null;

  @ApiProperty(
    nullableText('The begin of the last answer that was no success, for operators; null for everybody else.'),
  )
  excerpt!: string | null;
}

export class DeliveryListView extends pageOf(DeliveryView, 'DeliveryPage') {}

export class ReplayedView {
  @ApiProperty({ type: 'integer', example: 12, description: 'How many deliveries are made again.' })
  replayed!: number;
}

const MayHaveTypes = (): PropertyDecorator => (target, name) => {
  const decorators = [
    ApiPropertyOptional({
      type: [String],
      nullable: true,
      example: ['user.deleted', 'group.members'],
      description: 'The types of events that it is sent; null for all.',
    }),
    ValidateIf((_, value) => value !== undefined && value !== null),
    IsArray({ message: 'types is an array of types of events, or null for all' }),
    ArrayMinSize(1, { message: 'types names at least one type; null stands for all' }),
    ArrayMaxSize(MOST_TYPES, { message: `types names at most ${MOST_TYPES} types` }),
    Matches(/^[a-z]{1,30}\.[a-z]{1,30}$/, { each: true, message: 'types are such as user.deleted' }),
  ];
  for (const decorate of decorators) decorate(target, name);
};

export class CreateWebhook {
  @ApiPropertyOptional({ example: 'Access service', description: 'For people.' })
  @MayBeLeftOut()
  @IsName()
  name: string = 'webhook';

  @ApiProperty({ example: 'https://hooks.example.com/rollcall' })
  @IsText(LONGEST_URL)
  url!: string;

  @MayHaveTypes()
  types: string[] | null = null;

  @ApiPropertyOptional({ enum: WEBHOOK_FORMATS, default: 'standard', description: FORMATS })
  @MayBeLeftOut()
  @IsIn(WEBHOOK_FORMATS, { message: `format is ${WEBHOOK_FORMATS.join(' or ')}` })
  format: WebhookFormat = 'standard';
}

export class ChangeWebhook {
  @ApiPropertyOptional({ example: 'Access service' })
  @MayBeLeftOut()
  @IsName()
  name?: string;

  @ApiPropertyOptional({ example: 'https://hooks.example.com/rollcall' })
  @MayBeLeftOut()
  @IsText(LONGEST_URL)
  url?: string;

  @MayHaveTypes()
  types?: string[] | null;
}

export class RotateWebhookSecret {
  @ApiPropertyOptional({
    type: 'integer',
    default: DEFAULT_OVERLAP_HOURS,
    minimum: 0,
    maximum: LONGEST_OVERLAP_HOURS,
    description: 'For how many hours messages are signed with the old secrets too.',
  })
  @MayBeLeftOut()
  @IsWholeNumber(0, LONGEST_OVERLAP_HOURS)
  overlapHours: number = DEFAULT_OVERLAP_HOURS;
}

export class ReplayDeliveries {
  @ApiProperty({ ...MOMENT, description: 'The first moment at which an event was made ready.' })
  @IsInstant()
  from!: Date;

  @ApiPropertyOptional({
    ...MOMENT,
    example: '2026-02-01T00:00:00.000Z',
    description: 'The first that does not count; now.',
  })
  @MayBeLeftOut()
  @IsInstant()
  to?: Date;

  @ApiPropertyOptional({ default: false, description: 'Only deliveries that have failed.' })
  @MayBeLeftOut()
  @IsBoolean({ message: 'failed is true or false' })
  failed: boolean = false;
}

export class DeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: STATES })
  @MayBeLeftOut()
  @ConvertTo(() => String)
  @IsIn(STATES, { message: `state is one of ${STATES.join(', ')}` })
  state?: WebhookDelivery['state'];
}
