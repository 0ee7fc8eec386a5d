import { Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { DiscoveryEndpoint, standardDiscovery } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { documentedDiscovery } from './operations.openapi.js';
import { FEATURES, ParadigmCodec } from './paradigm.codec.js';
import { PARADIGM_SURFACE } from './paradigm.surface.js';

/**
 * RFC 7644 §4: three endpoints describe the server, its types and its schemas. The documented API requires a
 * token for them.
 */
@ApiTags('SCIM')
@Controller()
export class ParadigmDiscoveryController extends discoveryRoutes(documentedDiscovery) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(codec: ParadigmCodec, registry: SchemaRegistry, @Inject(SETTINGS) settings: Settings) {
    super();
    this.discovery = new DiscoveryEndpoint(registry, settings, {
      ...standardDiscovery(codec),
      surface: PARADIGM_SURFACE,
      features: FEATURES,
    });
  }
}
