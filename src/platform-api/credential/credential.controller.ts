import { Get } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { PLATFORM_SCOPES, type PlatformScope } from '../../access/platform-credentials.store.js';
import { Caller } from '../access/decorators.js';
import { type PlatformCaller } from '../access/platform-caller.js';
import { Operation, PlatformController } from '../http/operation.js';

class CallerView {
  @ApiProperty({ description: 'The id of the credential.', example: 'platform:1' })
  id!: string;

  @ApiProperty({ example: 'sync' })
  name!: string;

  @ApiProperty({ enum: PLATFORM_SCOPES, isArray: true, example: ['feed', 'check'] })
  scopes!: readonly PlatformScope[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'How many companies it is for; null for all, those to come included.',
    example: null,
  })
  companies!: number | null;
}

@ApiTags('Credential')
@PlatformController('credential')
export class PlatformCallerController {
  @Get()
  @Operation({
    scope: 'any',
    id: 'showCaller',
    summary: 'Show what the own credential may read',
    answer: CallerView,
  })
  show(@Caller() { id, name, scopes, companies }: PlatformCaller): CallerView {
    return { id, name, scopes, companies: companies === 'all' ? null : companies.length };
  }
}
