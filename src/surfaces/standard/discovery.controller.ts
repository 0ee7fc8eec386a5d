import { applyDecorators, Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OpenToUsers, Public } from '../../access/decorators.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { DiscoveryEndpoint, standardDiscovery } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { documentedDiscovery } from './operations.openapi.js';
import { FEATURES, StandardCodec } from './standard.codec.js';
import { STANDARD_SURFACE } from './standard.surface.js';

/**
 * RFC 7644 §4: three endpoints describe the server, its types and its schemas. What the server supports can be read without a
 * token, the rest also by a token that stands for a user.
 */
@ApiTags('Discovery')
@OpenToUsers()
@Controller()
export class StandardDiscoveryController extends discoveryRoutes({
  ...documentedDiscovery,
  serviceProviderConfig: applyDecorators(Public(), documentedDiscovery.serviceProviderConfig),
}) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(codec: StandardCodec, registry: SchemaRegistry, @Inject(SETTINGS) settings: Settings) {
    super();
    this.discovery = new DiscoveryEndpoint(registry, settings, {
      ...standardDiscovery(codec),
      surface: STANDARD_SURFACE,
      features: FEATURES,
    });
  }
}
