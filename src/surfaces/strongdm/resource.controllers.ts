import { applyDecorators, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReadsMediaTypes, TakesLargeBodies } from '../http/request-body.interceptor.js';
import { resourceRoutes } from '../http/resource-routes.js';
import { documentedResource } from './operations.openapi.js';
import { StrongdmGroups, StrongdmUsers } from './strongdm.endpoint.js';

const StrongdmController = (path: string): ClassDecorator =>
  applyDecorators(ApiTags(path), ReadsMediaTypes(/^/), Controller(path));

@StrongdmController('Users')
export class StrongdmUsersController extends resourceRoutes('id', documentedResource('User')) {
  constructor(protected readonly endpoint: StrongdmUsers) {
    super();
  }
}

@TakesLargeBodies()
@StrongdmController('Groups')
export class StrongdmGroupsController extends resourceRoutes('id', documentedResource('Group')) {
  constructor(protected readonly endpoint: StrongdmGroups) {
    super();
  }
}
