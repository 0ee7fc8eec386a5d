import { Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { DiscoveryEndpoint } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { FEATURES } from './list-request.js';
import { documentedDiscovery } from './operations.openapi.js';
import { sendDocument } from './strongdm.codec.js';

/** RFC 7644 §4: three endpoints describe the server, its types and its schemas. Locations are relative to the mount, as those of resources are. */
@ApiTags('Discovery')
@Controller()
export class StrongdmDiscoveryController extends discoveryRoutes(documentedDiscovery) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(registry: SchemaRegistry, @Inject(SETTINGS) settings: Settings) {
    super();
    this.discovery = new DiscoveryEndpoint(registry, settings, {
      features: FEATURES,
      locationPrefix: () => '',
      answer: (_request, response, document) => sendDocument(response, document),
      answerList: (_request, response, documents) =>
        sendDocument(response, listResponse(documents, documents.length)),
    });
  }
}
