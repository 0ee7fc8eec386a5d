import { Controller, HttpCode, Inject, Injectable, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { invalidSyntax } from '../../protocol/error/scim-error.js';
import { isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { BulkService } from '../../scim/bulk/bulk.service.js';
import { holdRefusal } from '../../scim/request-body.js';
import { BulkEndpoint, type BulkForm } from '../http/bulk-endpoint.js';
import { InExchange, type Exchange } from '../http/exchange.js';
import { readJsonObject } from '../http/json-body.js';
import { ReadsBody, TakesLargeBodies } from '../http/request-body.interceptor.js';
import { encodeScimError } from '../http/scim-error.filter.js';
import { documentedBulk } from './operations.openapi.js';
import { StandardCodec } from './standard.codec.js';

const FORM: BulkForm = {
  readJob: readJsonObject,
  readBody: (_, data) => holdRefusal(() => requireObject(data)),
  statusOf({ method, type }) {
    if (method === 'POST') return 201;
    return method === 'DELETE' || (method === 'PATCH' && type === 'Group') ? 204 : 200;
  },
  errorBody: (error) => encodeScimError(error).body as JsonObject,
};

function requireObject(data: Json | undefined): JsonObject {
  if (isJsonObject(data)) return data;
  throw invalidSyntax('data: expected the JSON object that is the body of the request');
}

@Injectable()
export class StandardBulk extends BulkEndpoint {
  constructor(bulk: BulkService, codec: StandardCodec, @Inject(SETTINGS) settings: Settings) {
    super(bulk, codec, settings, FORM);
  }
}

@ApiTags('Bulk')
@TakesLargeBodies()
@Controller('Bulk')
export class StandardBulkController {
  constructor(private readonly endpoint: StandardBulk) {}

  @Post()
  @ReadsBody()
  @HttpCode(200)
  @documentedBulk
  run(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return this.endpoint.run(exchange);
  }
}
