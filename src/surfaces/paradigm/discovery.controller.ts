import { Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { DiscoveryEndpoint, standardDiscovery } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { DocumentedDiscovery } from './operations.openapi.js';
import { PAGE, ParadigmCodec } from './paradigm.codec.js';

/** RFC 7644 §4. The documented API shows it to callers with a token only. */
@ApiTags('SCIM')
@Controller()
export class ParadigmDiscoveryController extends discoveryRoutes({
  serviceProviderConfig: DocumentedDiscovery(
    'scim_v2_ServiceProviderConfig_retrieve',
    'What this server supports',
  ),
  resourceTypes: DocumentedDiscovery('scim_v2_ResourceTypes_list', 'The types of resources'),
  resourceType: DocumentedDiscovery('scim_v2_ResourceTypes_retrieve', 'One type of resource'),
  schemas: DocumentedDiscovery('scim_v2_Schemas_list', 'The schemas of all resources'),
  schema: DocumentedDiscovery('scim_v2_Schemas_retrieve', 'One schema'),
}) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(codec: ParadigmCodec, registry: SchemaRegistry, @Inject(SETTINGS) settings: Settings) {
    super();
    const features = { bulk: false, sort: true, maxResults: PAGE.maxCount };
    this.discovery = new DiscoveryEndpoint(registry, settings, { ...standardDiscovery(codec), features });
  }
}
