import { applyDecorators, Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AcceptsBasic } from '../../access/decorators.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { DiscoveryEndpoint } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { documentedDiscovery } from './operations.openapi.js';
import { OudCodec } from './oud.codec.js';
import { OUD_SURFACE } from './oud.surface.js';

/**
 * RFC 7644 §4: endpoints describe the types and schemas. Of these the document has lists, in its wrapper, and single
 * schemas, without it.
 */
@AcceptsBasic()
@Controller()
export class OudDiscoveryController extends discoveryRoutes(
  {
    serviceProviderConfig: undefined,
    resourceTypes: applyDecorators(ApiTags('ResourceTypes'), documentedDiscovery.resourceTypes),
    resourceType: undefined,
    schemas: applyDecorators(ApiTags('Schemas'), documentedDiscovery.schemas),
    schema: applyDecorators(ApiTags('Schemas'), documentedDiscovery.schema),
  },
  'schemaID',
) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(codec: OudCodec, registry: SchemaRegistry, @Inject(SETTINGS) settings: Settings) {
    super();
    this.discovery = new DiscoveryEndpoint(registry, settings, {
      surface: OUD_SURFACE,
      features: undefined,
      locationPrefix: (request) => `${codec.baseUri(request)}/`,
      answer: (request, response, document) => codec.sendDocument(request, response, document),
      answerList: (request, response, documents) => codec.sendDocuments(request, response, documents),
    });
  }
}
