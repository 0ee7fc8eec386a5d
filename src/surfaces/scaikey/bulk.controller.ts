import { Controller, HttpCode, Inject, Injectable, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CompanyInPath } from '../../access/decorators.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { type BulkTarget } from '../../protocol/message/bulk-request.js';
import { BulkService } from '../../scim/bulk/bulk.service.js';
import { inPieces } from '../../scim/in-pieces.js';
import { BulkEndpoint, type BulkForm } from '../http/bulk-endpoint.js';
import { InExchange, type Exchange } from '../http/exchange.js';
import { ReadsBody, ReadsMediaTypes, TakesLargeBodies } from '../http/request-body.interceptor.js';
import { type Model } from './model.js';
import { documentedBulk } from './operations.openapi.js';
import { judgeByModelWork, readModelBody } from './request-model.js';
import {
  SCIM_BULK_REQUEST,
  SCIM_GROUP_CREATE,
  SCIM_PATCH_REQUEST,
  SCIM_USER_CREATE,
} from './request.models.js';
import { ScaikeyCodec } from './scaikey.codec.js';
import { encodeScaikeyError } from './scaikey.surface.js';

/** The job is checked against its model, then each operation against that of its single request: 422 before 404. */
const FORM: BulkForm = {
  readJob: (request) => readModelBody(request, SCIM_BULK_REQUEST),
  readBody: async (target, data) => ({
    value: await inPieces(judgeByModelWork(data ?? undefined, modelOf(target))),
  }),
  statusOf({ method }) {
    if (method === 'POST') return 201;
    return method === 'DELETE' ? 204 : 200;
  },
  errorBody: (error) => encodeScaikeyError(error).body as JsonObject,
};

function modelOf({ method, type }: BulkTarget): Model {
  if (method === 'PATCH') return SCIM_PATCH_REQUEST;
  return type === 'User' ? SCIM_USER_CREATE : SCIM_GROUP_CREATE;
}

@Injectable()
export class ScaikeyBulk extends BulkEndpoint {
  constructor(bulk: BulkService, codec: ScaikeyCodec, @Inject(SETTINGS) settings: Settings) {
    super(bulk, codec, settings, FORM);
  }
}

@ApiTags('Bulk')
@CompanyInPath('tenant_id')
@ReadsMediaTypes(/^/)
@TakesLargeBodies()
@Controller('Bulk')
export class ScaikeyBulkController {
  constructor(private readonly endpoint: ScaikeyBulk) {}

  @Post()
  @ReadsBody()
  @HttpCode(200)
  @documentedBulk
  run(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return this.endpoint.run(exchange);
  }
}
