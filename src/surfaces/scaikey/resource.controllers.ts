import { applyDecorators, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CompanyInPath } from '../../access/decorators.js';
import { ReadsMediaTypes, TakesLargeBodies } from '../http/request-body.interceptor.js';
import { resourceRoutes } from '../http/resource-routes.js';
import { documentedResource } from './operations.openapi.js';
import { ScaikeyGroups, ScaikeyUsers } from './scaikey.endpoint.js';

/** Decorators of all controllers of the surface: the path has the company, and a body of any media type is read. */
const ScaikeyController = (path: string): ClassDecorator =>
  applyDecorators(ApiTags(path), CompanyInPath('tenant_id'), ReadsMediaTypes(/^/), Controller(path));

@ScaikeyController('Users')
export class ScaikeyUsersController extends resourceRoutes('user_id', documentedResource('User')) {
  constructor(protected readonly endpoint: ScaikeyUsers) {
    super();
  }
}

@TakesLargeBodies()
@ScaikeyController('Groups')
export class ScaikeyGroupsController extends resourceRoutes('group_id', documentedResource('Group')) {
  constructor(protected readonly endpoint: ScaikeyGroups) {
    super();
  }
}
