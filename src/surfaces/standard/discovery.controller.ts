import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Company, OpenToUsers, Public } from '../../access/decorators.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { CURSOR_TIMEOUT } from '../../scim/cursors/cursor-seal.js';
import { describeServiceProvider } from '../../scim/discovery/service-provider-config.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import {
  describeResourceTypeByName,
  describeResourceTypes,
  describeSchemaByUrn,
  describeSchemas,
  refuseFilter,
} from '../http/discovery-documents.js';
import { DocumentedDiscovery, DocumentedPublicly } from './operations.openapi.js';
import { PAGE, StandardCodec } from './standard.codec.js';

/** What a client can find out about the server (RFC 7644 §4). Paging and sorting do not apply to it. */
@ApiTags('Discovery')
@OpenToUsers()
@Controller()
export class StandardDiscoveryController {
  constructor(
    private readonly codec: StandardCodec,
    private readonly registry: SchemaRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Public()
  @Get('ServiceProviderConfig')
  @DocumentedPublicly('getServiceProviderConfig', 'What this server supports')
  async serviceProviderConfig(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { maxOperations, bodyLimit } = this.settings;
    const document = describeServiceProvider({
      bulk: true,
      sort: true,
      maxOperations,
      maxPayloadSize: bodyLimit,
      maxResults: PAGE.maxCount,
      pagination: { defaultPageSize: PAGE.defaultCount, cursorTimeout: CURSOR_TIMEOUT },
    });
    const location = `${this.codec.baseUri(request)}/ServiceProviderConfig`;
    await this.send(request, response, {
      ...document,
      meta: { resourceType: 'ServiceProviderConfig', location },
    });
  }

  @Get('ResourceTypes')
  @DocumentedDiscovery('listResourceTypes', 'The types of resources')
  async resourceTypes(@Req() request: Request, @Res() response: Response): Promise<void> {
    refuseFilter(request);
    const documents = describeResourceTypes(this.registry, this.codec.baseUri(request));
    await this.send(request, response, listResponse(documents, documents.length));
  }

  @Get('ResourceTypes/:name')
  @DocumentedDiscovery('getResourceType', 'One type of resource')
  async resourceTypeByName(
    @Param('name') name: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    await this.send(
      request,
      response,
      describeResourceTypeByName(this.registry, name, this.codec.baseUri(request)),
    );
  }

  @Get('Schemas')
  @DocumentedDiscovery('listSchemas', 'The schemas of all resources')
  async schemas(
    @Company() scope: CompanyScope,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const documents = describeSchemas(this.registry, scope, this.codec.baseUri(request));
    await this.send(request, response, listResponse(documents, documents.length));
  }

  @Get('Schemas/:urn')
  @DocumentedDiscovery('getSchema', 'One schema')
  async schemaByUrn(
    @Company() scope: CompanyScope,
    @Param('urn') urn: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    await this.send(
      request,
      response,
      describeSchemaByUrn(this.registry, urn, scope, this.codec.baseUri(request)),
    );
  }

  private async send(request: Request, response: Response, document: JsonObject): Promise<void> {
    await this.codec.sendDocument(request, response, document);
  }
}
