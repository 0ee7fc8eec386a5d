import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
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
import { ParadigmCodec, PAGE } from './paradigm.codec.js';
import { DocumentedDiscovery } from './operations.openapi.js';

/** What a client can find out about the server (RFC 7644 §4). The documented API shows it to callers with a token only. */
@ApiTags('SCIM')
@Controller()
export class ParadigmDiscoveryController {
  constructor(
    private readonly codec: ParadigmCodec,
    private readonly registry: SchemaRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('ServiceProviderConfig')
  @DocumentedDiscovery('scim_v2_ServiceProviderConfig_retrieve', 'What this server supports')
  async serviceProviderConfig(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { maxOperations, bodyLimit } = this.settings;
    const document = describeServiceProvider({
      bulk: false,
      sort: true,
      maxOperations,
      maxPayloadSize: bodyLimit,
      maxResults: PAGE.maxCount,
    });
    const location = `${this.codec.baseUri(request)}/ServiceProviderConfig`;
    const meta = { resourceType: 'ServiceProviderConfig', location };
    await this.codec.sendDocument(request, response, { ...document, meta });
  }

  @Get('ResourceTypes')
  @DocumentedDiscovery('scim_v2_ResourceTypes_list', 'The types of resources')
  async resourceTypes(@Req() request: Request, @Res() response: Response): Promise<void> {
    refuseFilter(request);
    const documents = describeResourceTypes(this.registry, this.codec.baseUri(request));
    await this.codec.sendDocument(request, response, listResponse(documents, documents.length));
  }

  @Get('ResourceTypes/:name')
  @DocumentedDiscovery('scim_v2_ResourceTypes_retrieve', 'One type of resource')
  async resourceTypeByName(
    @Param('name') name: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const document = describeResourceTypeByName(this.registry, name, this.codec.baseUri(request));
    await this.codec.sendDocument(request, response, document);
  }

  @Get('Schemas')
  @DocumentedDiscovery('scim_v2_Schemas_list', 'The schemas of all resources')
  async schemas(
    @Company() scope: CompanyScope,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const documents = describeSchemas(this.registry, scope, this.codec.baseUri(request));
    await this.codec.sendDocument(request, response, listResponse(documents, documents.length));
  }

  @Get('Schemas/:urn')
  @DocumentedDiscovery('scim_v2_Schemas_retrieve', 'One schema')
  async schemaByUrn(
    @Company() scope: CompanyScope,
    @Param('urn') urn: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const document = describeSchemaByUrn(this.registry, urn, scope, this.codec.baseUri(request));
    await this.codec.sendDocument(request, response, document);
  }
}
