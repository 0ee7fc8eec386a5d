import { applyDecorators, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AcceptsBasic } from '../../access/decorators.js';
import { TakesLargeBodies } from '../http/request-body.interceptor.js';
import { resourceRoutes } from '../http/resource-routes.js';
import { documentedResource } from './operations.openapi.js';
import { OudGroups, OudUsers } from './oud.endpoint.js';

const OudController = (path: string): ClassDecorator =>
  applyDecorators(ApiTags(path), AcceptsBasic(), Controller(path));

@OudController('Users')
export class OudUsersController extends resourceRoutes('entryUUID', documentedResource('User')) {
  constructor(protected readonly endpoint: OudUsers) {
    super();
  }
}

@TakesLargeBodies()
@OudController('Groups')
export class OudGroupsController extends resourceRoutes('entryUUID', documentedResource('Group')) {
  constructor(protected readonly endpoint: OudGroups) {
    super();
  }
}
