import { Controller, Delete, Get, Patch, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OpenToUsers } from '../../access/decorators.js';
import { forbidden, notImplemented } from '../../protocol/error/scim-error.js';
import { UsersService } from '../../scim/users/users.service.js';
import { InExchange, type Exchange } from '../http/exchange.js';
import { documentedMe } from './operations.openapi.js';
import { StandardCodec } from './standard.codec.js';
import { OwnUser } from './standard.endpoint.js';
import { ReadsBody } from '../http/request-body.interceptor.js';

/** The user that a token stands for (RFC 7644 §3.11: `/Me` is an alias of the user's own URI, which answers name). */
@ApiTags('Me')
@OpenToUsers()
@Controller('Me')
export class StandardMeController {
  constructor(
    private readonly users: UsersService,
    private readonly endpoint: OwnUser,
    private readonly codec: StandardCodec,
  ) {}

  @Get()
  @documentedMe.read
  async get(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    await this.endpoint.get(exchange, await this.identify(exchange));
  }

  @Put()
  @ReadsBody()
  @documentedMe.replace
  async replace(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    await this.endpoint.replace(exchange, await this.identify(exchange));
  }

  @Patch()
  @ReadsBody()
  @documentedMe.patch
  async patch(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    await this.endpoint.patch(exchange, await this.identify(exchange));
  }

  @Delete()
  @documentedMe.delete
  async delete(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    await this.endpoint.delete(exchange, await this.identify(exchange));
  }

  /**
   * The id of the token's user, whose URI goes into the answer's `Location`.
   * @throws ScimError 501 for the token of a service, 404 where the user was deleted, 403 while he is inactive
   */
  private async identify({ scope, caller: { userId }, request, response }: Exchange): Promise<string> {
    if (userId === undefined) {
      throw notImplemented('/Me is for tokens that stand for a user, and this one does not.');
    }
    const { attributes } = await this.users.get(scope, userId, { groups: false, manager: false });
    if (attributes['active'] === false) throw forbidden('The user that this token stands for is inactive.');
    response.setHeader('Location', this.codec.locations(request).location('User', userId));
    return userId;
  }
}
