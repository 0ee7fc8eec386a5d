import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions, getSchemaPath } from '@nestjs/swagger';
import { Type as ConvertTo } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsObject, ValidateNested } from 'class-validator';
import {
  DEFAULT_RELEASE,
  GUARD_MODES,
  type GuardChanges,
  type GuardLimit,
  type GuardSettings,
  type GuardState,
  type HeldCompany,
  type HeldRemoval,
  type Hold,
  LONGEST_RELEASE,
  LONGEST_WINDOW,
  MOST_REMOVALS,
} from '../../administration/guard.js';
import { type HeldRule } from '../../protocol/error/held.error.js';
import { instant } from '../http/instant.js';
import { pageOf } from '../http/pages.js';
import { AreResourceIds, IsWholeNumber, MayBeLeftOut } from '../http/values.js';

const MOST_RELEASED = 1000;

class GuardLimitView implements GuardLimit {
  @ApiProperty({ description: 'More than this share is too much …', example: 10 })
  percent!: number;

  @ApiProperty({ description: '… where it is at least this number.', example: 25 })
  min!: number;
}

class GuardSettingsView implements GuardSettings {
  @ApiProperty({
    enum: GUARD_MODES,
    description:
      'off: nothing is counted. warn: what is too much is done and told. hold: it is refused, and so is every further ' +
      'removal until somebody releases them.',
  })
  mode!: GuardSettings['mode'];

  @ApiProperty({ description: 'In which time removals are counted.', example: 60 })
  windowMinutes!: number;

  @ApiProperty({ type: GuardLimitView, description: 'Users that are deleted or deactivated.' })
  users!: GuardLimitView;

  @ApiProperty({ type: GuardLimitView, description: 'Memberships that end, in the whole company.' })
  memberships!: GuardLimitView;

  @ApiProperty({ type: GuardLimitView, description: 'Members that one group loses.' })
  group!: GuardLimitView;
}

class HeldRuleView implements HeldRule {
  @ApiProperty({ enum: ['users', 'memberships', 'group'] })
  kind!: HeldRule['kind'];

  @ApiProperty({ example: 26, description: 'How many would have been gone.' })
  removed!: number;

  @ApiProperty({ example: 250, description: 'How many there were.' })
  of!: number;

  @ApiProperty({ example: 60 })
  windowMinutes!: number;

  @ApiProperty({ example: 10 })
  percent!: number;

  @ApiPropertyOptional({ example: '0558ac4d70400001', description: 'Id of the group, where it is one.' })
  group?: string;
}

const HOLD = {
  since: { type: 'string', format: 'date-time', example: '2026-01-31T08:30:00.000Z' },
  rule: { type: 'object', additionalProperties: true, allOf: [{ $ref: getSchemaPath(HeldRuleView) }] },
  removals: {
    type: 'integer',
    example: 12,
    description: 'How many users and groups were to go or to lose something; no more than 1,000 are kept.',
  },
} satisfies NonNullable<Extract<ApiPropertyOptions, { properties: unknown }>['properties']>;

export class GuardView extends GuardSettingsView implements GuardState {
  @ApiProperty({
    type: 'object',
    nullable: true,
    properties: HOLD,
    required: Object.keys(HOLD),
    description: 'Null where nothing is held.',
    example: null,
  })
  held!: Hold | null;

  @ApiProperty(instant('Until when everything is let through; null where it is not.'))
  liftedUntil!: string | null;

  @ApiProperty(
    instant('When a removal that was too much was last let through with a warning; null if none was.'),
  )
  warned!: string | null;
}

export class ReleasedGuardView extends GuardView {
  @ApiProperty({ description: 'What the identity provider makes of it, and what to do there.' })
  notice!: string;
}

class HeldRemovalView implements HeldRemoval {
  @ApiProperty({ example: '0558ac4d70400001', description: 'Id of the user or group.' })
  id!: string;

  @ApiProperty({ enum: ['User', 'Group'] })
  type!: HeldRemoval['type'];

  @ApiProperty({ type: String, nullable: true, example: 'Finance' })
  display!: string | null;

  @ApiProperty({ enum: ['deactivate', 'delete', 'members'] })
  operation!: HeldRemoval['operation'];

  @ApiProperty({ example: 12, description: 'How many memberships would have ended, at the last attempt.' })
  memberships!: number;

  @ApiProperty({ example: 3 })
  attempts!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  firstAttempt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:36:00.000Z' })
  lastAttempt!: string;
}

export class HeldRemovalListView extends pageOf(HeldRemovalView, 'HeldRemovalPage') {}

class HeldCompanyView implements HeldCompany {
  @ApiProperty({ example: '0000000000000001' })
  id!: string;

  @ApiProperty({ example: 'acme' })
  slug!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  since!: string;

  @ApiProperty({ type: HeldRuleView })
  rule!: HeldRuleView;
}

export class HeldCompanyListView extends pageOf(HeldCompanyView, 'HeldCompanyPage') {}

class ChangeGuardLimit implements Partial<GuardLimit> {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, example: 10 })
  @MayBeLeftOut()
  @IsWholeNumber(1, 100)
  percent?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: MOST_REMOVALS, example: 25 })
  @MayBeLeftOut()
  @IsWholeNumber(1, MOST_REMOVALS)
  min?: number;
}

/** A part of the settings, of which what is left out stays. */
const IsLimit =
  (name: string): PropertyDecorator =>
  (target, property) => {
    ApiPropertyOptional({ type: ChangeGuardLimit })(target, property);
    MayBeLeftOut()(target, property);
    IsObject({ message: `${name} is an object with percent and min` })(target, property);
    ValidateNested({ message: `${name} is an object with percent and min` })(target, property);
    ConvertTo(() => ChangeGuardLimit)(target, property);
  };

export class ChangeGuard implements GuardChanges {
  @ApiPropertyOptional({ enum: GUARD_MODES })
  @MayBeLeftOut()
  @IsIn(GUARD_MODES, { message: 'mode is off, warn or hold' })
  mode?: GuardSettings['mode'];

  @ApiPropertyOptional({ minimum: 1, maximum: LONGEST_WINDOW, example: 60 })
  @MayBeLeftOut()
  @IsWholeNumber(1, LONGEST_WINDOW, { inWords: 'a day' })
  windowMinutes?: number;

  @IsLimit('users')
  users?: ChangeGuardLimit;

  @IsLimit('memberships')
  memberships?: ChangeGuardLimit;

  @IsLimit('group')
  group?: ChangeGuardLimit;
}

export class ReleaseHold {
  @ApiPropertyOptional({
    type: [String],
    description:
      'Ids of users and groups of which the held removals are let through for a day, without being counted. Without it ' +
      'nothing is let through by name.',
    maxItems: MOST_RELEASED,
  })
  @MayBeLeftOut()
  @IsArray({ message: 'resources is an array of ids' })
  @ArrayMinSize(1, { message: 'resources names at least one' })
  @ArrayMaxSize(MOST_RELEASED, { message: `resources names at most ${MOST_RELEASED}` })
  @AreResourceIds()
  resources?: string[];
}

export class LiftGuard {
  @ApiPropertyOptional({ default: DEFAULT_RELEASE, minimum: 1, maximum: LONGEST_RELEASE })
  @MayBeLeftOut()
  @IsWholeNumber(1, LONGEST_RELEASE, { inWords: 'a day' })
  minutes: number = DEFAULT_RELEASE;
}
