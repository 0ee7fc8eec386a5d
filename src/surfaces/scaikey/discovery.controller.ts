import { Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CompanyInPath } from '../../access/decorators.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { DiscoveryEndpoint, standardDiscovery } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { documentedDiscovery } from './operations.openapi.js';
import { FEATURES, ScaikeyCodec } from './scaikey.codec.js';
import { SCAIKEY_SURFACE } from './scaikey.surface.js';

/** RFC 7644 §4: three endpoints describe the server, its types and its schemas. */
@ApiTags('Discovery')
@CompanyInPath('tenant_id')
@Controller()
export class ScaikeyDiscoveryController extends discoveryRoutes(documentedDiscovery) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(codec: ScaikeyCodec, registry: SchemaRegistry, @Inject(SETTINGS) settings: Settings) {
    super();
    this.discovery = new DiscoveryEndpoint(registry, settings, {
      ...standardDiscovery(codec),
      surface: SCAIKEY_SURFACE,
      features: FEATURES,
    });
  }
}
