import { applyDecorators, Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OpenToUsers, Public } from '../../access/decorators.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { CURSOR_TIMEOUT } from '../../scim/cursors/cursor-seal.js';
import { DiscoveryEndpoint, standardDiscovery } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { DocumentedDiscovery, DocumentedPublicly } from './operations.openapi.js';
import { PAGE, StandardCodec } from './standard.codec.js';

/** RFC 7644 §4. What is supported can be read without a token, the rest by tokens that stand for a user, too. */
@ApiTags('Discovery')
@OpenToUsers()
@Controller()
export class StandardDiscoveryController extends discoveryRoutes({
  serviceProviderConfig: applyDecorators(
    Public(),
    DocumentedPublicly('getServiceProviderConfig', 'What this server supports'),
  ),
  resourceTypes: DocumentedDiscovery('listResourceTypes', 'The types of resources'),
  resourceType: DocumentedDiscovery('getResourceType', 'One type of resource'),
  schemas: DocumentedDiscovery('listSchemas', 'The schemas of all resources'),
  schema: DocumentedDiscovery('getSchema', 'One schema'),
}) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(codec: StandardCodec, registry: SchemaRegistry, @Inject(SETTINGS) settings: Settings) {
    super();
    this.discovery = new DiscoveryEndpoint(registry, settings, {
      ...standardDiscovery(codec),
      features: {
        bulk: true,
        sort: true,
        maxResults: PAGE.maxCount,
        pagination: { defaultPageSize: PAGE.defaultCount, cursorTimeout: CURSOR_TIMEOUT },
      },
    });
  }
}
