import { Controller, Delete, Get, Patch, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AcceptsBasic } from '../../access/decorators.js';
import { notImplemented } from '../../protocol/error/scim-error.js';
import { documentedMe } from './operations.openapi.js';
import { ReadsBody } from '../http/request-body.interceptor.js';

/** `/Me` answers as for no logged-in user, since a token stands for a client. */
@ApiTags('Logged User')
@AcceptsBasic()
@Controller('Me')
export class OudMeController {
  @Get()
  @documentedMe.read
  get(): never {
    return refuse();
  }

  @Put()
  @ReadsBody()
  @documentedMe.replace
  replace(): never {
    return refuse();
  }

  @Patch()
  @ReadsBody()
  @documentedMe.patch
  patch(): never {
    return refuse();
  }

  @Delete()
  @documentedMe.delete
  delete(): never {
    return refuse();
  }
}

function refuse(): never {
  throw notImplemented('/Me is not offered: a token stands for a client, not for a user. Use /Users/{id}.');
}
