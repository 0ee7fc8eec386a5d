import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Public } from '../../auth/public.decorator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { forbidden, ResourceNotFoundError } from '../../protocol/error/scim-error.js';
import { type JsonObject } from '../../protocol/json.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { printSchema } from '../../protocol/schema/print-schema.js';
import { SCHEMAS } from '../../protocol/schema/resource-types.js';
import { type ResourceType, type SchemaDefinition } from '../../protocol/schema/schema.js';
import { describeServiceProvider } from '../../scim/discovery/service-provider-config.js';
import { Company } from '../../tenancy/company.decorator.js';
import { type CompanyScope } from '../../tenancy/company-scope.js';
import { DocumentedDiscovery } from './operations.openapi.js';
import { PAGE, StandardCodec } from './standard.codec.js';

const RESOURCE_TYPES: readonly ResourceType[] = [SCHEMAS.user, SCHEMAS.group];

/** What a client can find out about the server (RFC 7644 §4). Paging and sorting do not apply to it. */
@ApiTags('Discovery')
@Controller()
export class StandardDiscoveryController {
  constructor(
    private readonly codec: StandardCodec,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Public()
  @Get('ServiceProviderConfig')
  @DocumentedDiscovery('What this server supports')
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
    await this.send(request, response, {
      ...document,
      meta: { resourceType: 'ServiceProviderConfig', location },
    });
  }

  @Get('ResourceTypes')
  @DocumentedDiscovery('The types of resources')
  async resourceTypes(@Req() request: Request, @Res() response: Response): Promise<void> {
    refuseFilter(request);
    const documents = RESOURCE_TYPES.map((type) => this.resourceType(request, type));
    await this.send(request, response, listResponse(documents, documents.length));
  }

  @Get('ResourceTypes/:name')
  @DocumentedDiscovery('One type of resource')
  async resourceTypeByName(
    @Param('name') name: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const type = RESOURCE_TYPES.find((candidate) => candidate.name === name);
    if (!type) throw new ResourceNotFoundError(name);
    await this.send(request, response, this.resourceType(request, type));
  }

  @Get('Schemas')
  @DocumentedDiscovery('The schemas of all resources')
  async schemas(
    @Company() scope: CompanyScope,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const documents = allSchemas().map((schema) => this.schema(request, scope, schema));
    await this.send(request, response, listResponse(documents, documents.length));
  }

  @Get('Schemas/:urn')
  @DocumentedDiscovery('One schema')
  async schemaByUrn(
    @Company() scope: CompanyScope,
    @Param('urn') urn: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const schema = allSchemas().find(({ id }) => id.toLowerCase() === urn.toLowerCase());
    if (!schema) throw new ResourceNotFoundError(urn);
    await this.send(request, response, this.schema(request, scope, schema));
  }

  private async send(request: Request, response: Response, document: JsonObject): Promise<void> {
    await this.codec.sendDocument(request, response, document);
  }

  private resourceType(request: Request, type: ResourceType): JsonObject {
    const { name, endpoint, description, schema, schemaExtensions } = type;
    return {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: name,
      name,
      endpoint,
      description,
      schema: schema.id,
      schemaExtensions: schemaExtensions.map((extension) => ({
        schema: extension.schema.id,
        required: extension.required,
      })),
      meta: {
        resourceType: 'ResourceType',
        location: `${this.codec.baseUri(request)}/ResourceTypes/${name}`,
      },
    };
  }

  private schema(request: Request, scope: CompanyScope, schema: SchemaDefinition): JsonObject {
    const groupDisplayName = scope.settings.duplicateGroupNames ? 'none' : 'server';
    return {
      ...printSchema(schema, { groupDisplayName }),
      meta: { resourceType: 'Schema', location: `${this.codec.baseUri(request)}/Schemas/${schema.id}` },
    };
  }
}

function allSchemas(): readonly SchemaDefinition[] {
  return RESOURCE_TYPES.flatMap((type) => [
    type.schema,
    ...type.schemaExtensions.map(({ schema }) => schema),
  ]);
}

/** RFC 7644 §4: a filter here would not be applied, so it is refused. */
function refuseFilter(request: Request): void {
  if (request.query['filter'] !== undefined) throw forbidden('Discovery endpoints take no filter.');
}
