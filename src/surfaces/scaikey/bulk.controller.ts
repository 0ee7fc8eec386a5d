import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, Company, CompanyInPath } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Json, type JsonObject } from '../../protocol/json.js';
import { parseBulkRequest, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { BulkService } from '../../scim/bulk/bulk.service.js';
import { type RequestBody } from '../../scim/request-body.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { encodeBulkResponse, logBulk } from '../http/bulk.codec.js';
import { ReadsMediaTypes } from '../http/request-body.interceptor.js';
import { type Model } from './model.js';
import { DocumentedBulk } from './operations.openapi.js';
import { judgeByModel, readModelBody } from './request-model.js';
import {
  SCIM_BULK_REQUEST,
  SCIM_GROUP_CREATE,
  SCIM_PATCH_REQUEST,
  SCIM_USER_CREATE,
} from './request.models.js';
import { ScaikeyCodec } from './scaikey.codec.js';
import { encodeScaikeyError } from './scaikey.surface.js';

/** RFC 7644 §3.7. The job is judged by its model, then each operation by that of its single request. */
@ApiTags('Bulk')
@CompanyInPath('tenant_id')
@ReadsMediaTypes(/^/)
@Controller('Bulk')
export class ScaikeyBulkController {
  constructor(
    private readonly bulk: BulkService,
    private readonly codec: ScaikeyCodec,
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
    const job = parseBulkRequest(readModelBody(request, SCIM_BULK_REQUEST), { dialect, maxOperations });
    const steps = await this.bulk.run(scope, job, { dialect, maxOperations, locations, readBody });
    logBulk(request, steps);
    const answer = encodeBulkResponse(steps, {
      locations,
      statusOf,
      errorBody: (error) => encodeScaikeyError(error).body as JsonObject,
    });
    await this.codec.sendDocument(request, response, answer);
  }
}

/** Refuses at once, as for the single request, where 422 comes before 404. */
function readBody(target: BulkTarget, data: Json | undefined): RequestBody {
  const body = judgeByModel(data ?? undefined, modelOf(target));
  return { value: body };
}

function modelOf({ method, type }: BulkTarget): Model {
  if (method === 'PATCH') return SCIM_PATCH_REQUEST;
  return type === 'User' ? SCIM_USER_CREATE : SCIM_GROUP_CREATE;
}

function statusOf({ method }: BulkTarget): number {
  if (method === 'POST') return 201;
  return method === 'DELETE' ? 204 : 200;
}
