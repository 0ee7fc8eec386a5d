import { ApiProperty } from '@nestjs/swagger';
import { type AttributeUsage, type IgnoredName } from '../../administration/attribute-usage.js';

class UsedAttributeView {
  @ApiProperty({ example: 'name.familyName' })
  path!: string;

  @ApiProperty({ example: 241, description: 'How many of the users that were looked at have it.' })
  users!: number;
}

class IgnoredNameView implements IgnoredName {
  @ApiProperty({ example: 'shoeSize' })
  name!: string;

  @ApiProperty({ example: 12, description: 'How many requests named it.' })
  requests!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  last!: string;
}

export class AttributeUsageView implements AttributeUsage {
  @ApiProperty({ example: 250, description: 'How many users were looked at, the newest ones.' })
  lookedAt!: number;

  @ApiProperty({ example: 250, description: 'How many users there are.' })
  users!: number;

  @ApiProperty({
    type: [UsedAttributeView],
    description: 'Every attribute that clients may write, in the order of the schemas.',
  })
  attributes!: UsedAttributeView[];

  @ApiProperty({
    type: [IgnoredNameView],
    description: 'What requests named that was left out, the most frequent first.',
  })
  ignored!: IgnoredNameView[];
}
