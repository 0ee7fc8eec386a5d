import { Controller, HttpCode, Inject, Post, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, Company } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { invalidSyntax } from '../../protocol/error/scim-error.js';
import { isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { parseBulkRequest, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { BulkService } from '../../scim/bulk/bulk.service.js';
import { holdRefusal, type RequestBody } from '../../scim/request-body.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { AcceptableInterceptor } from '../http/acceptable.interceptor.js';
import { encodeBulkResponse, logBulk } from '../http/bulk.codec.js';
import { readJsonObject } from '../http/request-json.decorator.js';
import { encodeScimError } from '../http/scim-error.filter.js';
import { DocumentedBulk } from './operations.openapi.js';
import { StandardCodec } from './standard.codec.js';

/** RFC 7644 §3.7. */
@ApiTags('Bulk')
@UseInterceptors(AcceptableInterceptor)
@Controller('Bulk')
export class StandardBulkController {
  constructor(
    private readonly bulk: BulkService,
    private readonly codec: StandardCodec,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @HttpCode(200)
  @DocumentedBulk()
  async run(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { maxOperations } = this.settings;
    const locations = this.codec.locations(request);
    const job = parseBulkRequest(readJsonObject(request), { dialect, maxOperations });
    const readBody = (_: BulkTarget, data: Json | undefined): RequestBody =>
      holdRefusal(() => requireObject(data));
    const steps = await this.bulk.run(scope, job, { dialect, maxOperations, locations, readBody });
    logBulk(request, steps);
    const answer = encodeBulkResponse(steps, {
      locations,
      statusOf,
      errorBody: (error) => encodeScimError(error).body as JsonObject,
    });
    await this.codec.sendDocument(request, response, answer);
  }
}

function requireObject(data: Json | undefined): JsonObject {
  if (isJsonObject(data)) return data;
  throw invalidSyntax('data: expected the JSON object that is the body of the request');
}

function statusOf({ method, type }: BulkTarget): number {
  if (method === 'POST') return 201;
  return method === 'DELETE' || (method === 'PATCH' && type === 'Group') ? 204 : 200;
}
