import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { checkValueWork } from '../../protocol/text/check-value.js';
import { inPieces } from '../../scim/in-pieces.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { UsersService } from '../../scim/users/users.service.js';
import { ScimGroupsEndpoint, ScimUsersEndpoint } from '../http/scim-endpoint.js';
import { ScimGroupFormat, ScimUserFormat, type BodyReader } from '../http/scim-format.js';
import { type Model } from './model.js';
import { readModelBody } from './request-model.js';
import { SCIM_GROUP_CREATE, SCIM_PATCH_REQUEST, SCIM_USER_CREATE } from './request.models.js';
import { ScaikeyCodec } from './scaikey.codec.js';

/** The body is checked against its model before the store is asked: as in the documented server, 422 wins over 404. */
const modelBody =
  (whole: Model): BodyReader =>
  async ({ request }, verb) => {
    const value = await readModelBody(request, verb === 'patch' ? SCIM_PATCH_REQUEST : whole);
    await inPieces(checkValueWork(value, ''));
    return { value };
  };

@Injectable()
export class ScaikeyUsers extends ScimUsersEndpoint {
  constructor(users: UsersService, codec: ScaikeyCodec, @Inject(SETTINGS) settings: Settings) {
    super(users, new ScimUserFormat(codec, settings, { body: modelBody(SCIM_USER_CREATE) }));
  }
}

@Injectable()
export class ScaikeyGroups extends ScimGroupsEndpoint {
  constructor(groups: GroupsService, codec: ScaikeyCodec, @Inject(SETTINGS) settings: Settings) {
    super(groups, new ScimGroupFormat(codec, settings, { body: modelBody(SCIM_GROUP_CREATE) }));
  }
}
