import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Administrator } from '../access/administrator.js';
import { Caller } from '../access/decorators.js';
import { AdminController, Operation } from '../http/operation.js';
import { SelfView } from './credential.dto.js';

@ApiTags('Admin credentials')
@AdminController('self')
export class AdminSelfController {
  @Get()
  @Operation({
    permission: 'credential.show',
    id: 'showSelf',
    summary: 'Show what the own credential may do',
    answer: SelfView,
  })
  show(@Caller() administrator: Administrator): SelfView {
    return administrator;
  }
}
