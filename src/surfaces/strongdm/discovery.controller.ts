import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { describeServiceProvider } from '../../scim/discovery/service-provider-config.js';
import { Company } from '../../access/decorators.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import {
  describeResourceTypeByName,
  describeResourceTypes,
  describeSchemaByUrn,
  describeSchemas,
  refuseFilter,
} from '../http/discovery-documents.js';
import { PAGE_SIZE } from './list-request.js';
import { DocumentedDiscovery } from './operations.openapi.js';
import { sendDocument } from './strongdm.codec.js';

/** Locations are relative to the mount, as those of resources are. */
const BASE = '';

/** What a client can find out about the server. */
@ApiTags('Discovery')
@Controller()
export class StrongdmDiscoveryController {
  constructor(
    private readonly registry: SchemaRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('ServiceProviderConfig')
  @DocumentedDiscovery('ServiceProviderConfig', 'What this server supports')
  serviceProviderConfig(@Res() response: Response): void {
    const { maxOperations, bodyLimit: maxPayloadSize } = this.settings;
    const features = { bulk: false, sort: false, maxOperations, maxPayloadSize, maxResults: PAGE_SIZE };
    const meta = { resourceType: 'ServiceProviderConfig', location: 'ServiceProviderConfig' };
    sendDocument(response, { ...describeServiceProvider(features), meta });
  }

  @Get('ResourceTypes')
  @DocumentedDiscovery('ResourceTypes', 'The types of resources')
  resourceTypes(@Req() request: Request, @Res() response: Response): void {
    refuseFilter(request);
    sendDocument(response, listOf(describeResourceTypes(this.registry, BASE)));
  }

  @Get('ResourceTypes/:name')
  @DocumentedDiscovery('ResourceType', 'One type of resource')
  resourceTypeByName(@Param('name') name: string, @Req() request: Request, @Res() response: Response): void {
    refuseFilter(request);
    sendDocument(response, located(describeResourceTypeByName(this.registry, name, BASE)));
  }

  @Get('Schemas')
  @DocumentedDiscovery('Schemas', 'The schemas of all resources')
  schemas(@Company() scope: CompanyScope, @Req() request: Request, @Res() response: Response): void {
    refuseFilter(request);
    sendDocument(response, listOf(describeSchemas(this.registry, scope, BASE)));
  }

  @Get('Schemas/:urn')
  @DocumentedDiscovery('Schema', 'One schema')
  schemaByUrn(
    @Company() scope: CompanyScope,
    @Param('urn') urn: string,
    @Req() request: Request,
    @Res() response: Response,
  ): void {
    refuseFilter(request);
    sendDocument(response, located(describeSchemaByUrn(this.registry, urn, scope, BASE)));
  }
}

function listOf(documents: readonly JsonObject[]): JsonObject {
  return listResponse(documents.map(located), documents.length);
}

function located(document: JsonObject): JsonObject {
  const meta = document['meta'] as { readonly location: string };
  return { ...document, meta: { ...meta, location: meta.location.replace(/^\//, '') } };
}
