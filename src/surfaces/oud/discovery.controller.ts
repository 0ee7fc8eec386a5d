import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { AcceptsBasic, Company } from '../../access/decorators.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import {
  describeResourceTypes,
  describeSchemaByUrn,
  describeSchemas,
  refuseFilter,
} from '../http/discovery-documents.js';
import { OudCodec } from './oud.codec.js';
import { DocumentedResourceTypes, DocumentedSchema, DocumentedSchemas } from './operations.openapi.js';

/** What a client can find out about the server: lists in the wrapper, one schema as it is. */
@AcceptsBasic()
@Controller()
export class OudDiscoveryController {
  constructor(
    private readonly codec: OudCodec,
    private readonly registry: SchemaRegistry,
  ) {}

  @Get('ResourceTypes')
  @ApiTags('ResourceTypes')
  @DocumentedResourceTypes()
  async resourceTypes(@Req() request: Request, @Res() response: Response): Promise<void> {
    refuseFilter(request);
    const documents = describeResourceTypes(this.registry, this.codec.baseUri(request));
    await this.codec.sendDocuments(request, response, documents);
  }

  @Get('Schemas')
  @ApiTags('Schemas')
  @DocumentedSchemas()
  async schemas(
    @Company() scope: CompanyScope,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const documents = describeSchemas(this.registry, scope, this.codec.baseUri(request));
    await this.codec.sendDocuments(request, response, documents);
  }

  @Get('Schemas/:schemaID')
  @ApiTags('Schemas')
  @DocumentedSchema()
  async schemaByUrn(
    @Company() scope: CompanyScope,
    @Param('schemaID') urn: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseFilter(request);
    const document = describeSchemaByUrn(this.registry, urn, scope, this.codec.baseUri(request));
    await this.codec.sendDocument(request, response, document);
  }
}
