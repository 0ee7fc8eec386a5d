import { Controller, Delete, Get, Patch, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AcceptsBasic } from '../../access/decorators.js';
import { notImplemented } from '../../protocol/error/scim-error.js';
import { DocumentedMe } from './operations.openapi.js';

/** A token stands for a client and not for a user, so that nobody is logged in. */
@ApiTags('Logged User')
@AcceptsBasic()
@Controller('Me')
export class OudMeController {
  @Get()
  @DocumentedMe('get', 'Find the logged in user')
  get(): never {
    return refuse();
  }

  @Put()
  @DocumentedMe('replace', 'Replace the logged in user')
  replace(): never {
    return refuse();
  }

  @Patch()
  @DocumentedMe('patch', 'Modify the logged in user')
  patch(): never {
    return refuse();
  }

  @Delete()
  @DocumentedMe('delete', 'Delete the logged in user')
  delete(): never {
    return refuse();
  }
}

function refuse(): never {
  throw notImplemented('/Me is not offered: a token stands for a client, not for a user. Use /Users/{id}.');
}
