import { Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { DiscoveryEndpoint } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { FEATURES } from './list-request.js';
import { documentedDiscovery } from './operations.openapi.js';
import { StrongdmCodec } from './strongdm.codec.js';
import { STRONGDM_SURFACE } from './strongdm.surface.js';

/**
 * RFC 7644 §4: three endpoints describe the server, its types and its schemas. Locations are relative to the mount, as
 * those of resources are.
 */
@ApiTags('Discovery')
@Controller()
export class StrongdmDiscoveryController extends discoveryRoutes(documentedDiscovery) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(registry: SchemaRegistry, codec: StrongdmCodec, @Inject(SETTINGS) settings: Settings) {
    super();
    this.discovery = new DiscoveryEndpoint(registry, settings, {
      surface: STRONGDM_SURFACE,
      features: FEATURES,
      locationPrefix: () => '',
      answer: (_request, response, document) => codec.sendDocument(response, document),
      answerList: (_request, response, documents) =>
        codec.sendDocument(response, listResponse(documents, documents.length)),
    });
  }
}
