import { Controller, Delete, Get, Patch, Put, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, Company, OpenToUsers } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { forbidden, notImplemented } from '../../protocol/error/scim-error.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type RequestBody } from '../../scim/request-body.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { AcceptableInterceptor } from '../http/acceptable.interceptor.js';
import { RequestJson } from '../http/request-json.decorator.js';
import { DocumentedMe } from './operations.openapi.js';
import { StandardCodec } from './standard.codec.js';
import { UserRequests } from './user-requests.js';

/** What the company says of a user and he cannot say of himself, beside extensions: names that others know, access. */
const KEPT: readonly string[] = ['userName', 'externalId', 'active', 'userType', 'roles', 'entitlements'];

/** The user that a token stands for (RFC 7644 §3.11). Answers name his own URI. */
@ApiTags('Me')
@OpenToUsers()
@UseInterceptors(AcceptableInterceptor)
@Controller('Me')
export class StandardMeController {
  private readonly kept: readonly string[];

  constructor(
    private readonly users: UsersService,
    private readonly requests: UserRequests,
    private readonly codec: StandardCodec,
    schemas: SchemaRegistry,
  ) {
    this.kept = [...KEPT, ...schemas.user.schemaExtensions.map(({ schema }) => schema.id)];
  }

  @Get()
  @DocumentedMe('read')
  async get(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const id = await this.identify(scope, caller, request, response);
    await this.requests.get({ scope, id, request, response });
  }

  @Put()
  @DocumentedMe('replace')
  async replace(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const id = await this.identify(scope, caller, request, response);
    const { dialect } = caller;
    await this.requests.replace({ scope, id, dialect, body, request, response, keeps: this.kept });
  }

  @Patch()
  @DocumentedMe('patch')
  async patch(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const id = await this.identify(scope, caller, request, response);
    const { dialect } = caller;
    await this.requests.patch({ scope, id, dialect, body, request, response, keeps: this.kept });
  }

  @Delete()
  @DocumentedMe('delete')
  async delete(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const id = await this.identify(scope, caller, request, response);
    await this.requests.delete({ scope, id, request, response });
  }

  /**
   * The id of the token's user, whose URI goes into the answer's `Location`.
   * @throws ScimError 501 for the token of a service, 404 where the user was deleted, 403 while he is inactive
   */
  private async identify(
    scope: CompanyScope,
    { userId }: Credential,
    request: Request,
    response: Response,
  ): Promise<string> {
    if (userId === undefined) {
      throw notImplemented('/Me is for tokens that stand for a user, and this one does not.');
    }
    const { attributes } = await this.users.get(scope, userId, { groups: false, manager: false });
    if (attributes['active'] === false) throw forbidden('The user that this token stands for is inactive.');
    response.setHeader('Location', this.codec.locations(request).location('User', userId));
    return userId;
  }
}
