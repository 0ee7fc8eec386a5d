import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { inPieces } from '../../scim/in-pieces.js';
import { decodeBody, requireBody } from '../../scim/request-body.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type Exchange } from '../http/exchange.js';
import { ScimGroupsEndpoint, ScimUsersEndpoint } from '../http/scim-endpoint.js';
import { ScimGroupFormat, ScimUserFormat, type BodyReader } from '../http/scim-format.js';
import {
  creationBody,
  decodedJson,
  groupFromForm,
  groupIdOf,
  patchFromForm,
  readGroupBody,
} from './group-request.js';
import { ParadigmCodec } from './paradigm.codec.js';
import { decodePatch } from './patch-request.js';

const userBody: BodyReader = async ({ request }, verb) => {
  const body = await decodedJson(request);
  return verb === 'create' ? creationBody(request, body) : body;
};

/** Groups come as JSON or as a form. */
const groupBody =
  (maxOperations: number): BodyReader =>
  async ({ request }, verb) => {
    if (verb === 'search') return decodedJson(request);
    if (verb === 'patch')
      return decodeBody(await readGroupBody(request, patchFromForm, maxOperations), (value) =>
        inPieces(decodePatch(value)),
      );
    return creationBody(request, await readGroupBody(request, groupFromForm, maxOperations));
  };

@Injectable()
export class ParadigmUsers extends ScimUsersEndpoint {
  constructor(users: UsersService, codec: ParadigmCodec, @Inject(SETTINGS) settings: Settings) {
    super(users, new ScimUserFormat(codec, settings, { body: userBody }));
  }
}

/** PATCH has two paths: the id of the group is in the path or in the body. There is no PUT. */
@Injectable()
export class ParadigmGroups extends ScimGroupsEndpoint {
  constructor(
    groups: GroupsService,
    codec: ParadigmCodec,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const { maxOperations } = settings;
    const always = { unknownMembers: 'reject' } as const;
    super(groups, new ScimGroupFormat(codec, settings, { body: groupBody(maxOperations), always }));
  }

  /** The documented path, without an id. @throws ScimError 400 where the body has none either */
  async patchByBody(exchange: Exchange): Promise<void> {
    const body = await readGroupBody(exchange.request, patchFromForm, this.settings.maxOperations);
    await this.patch(exchange, groupIdOf(requireBody(body)));
  }
}
