import { Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CompanyInPath } from '../../access/decorators.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { DiscoveryEndpoint, standardDiscovery } from '../http/discovery-endpoint.js';
import { discoveryRoutes } from '../http/discovery-routes.js';
import { DocumentedDiscovery } from './operations.openapi.js';
import { PAGE, ScaikeyCodec } from './scaikey.codec.js';

/** RFC 7644 §4. */
@ApiTags('Discovery')
@CompanyInPath('tenant_id')
@Controller()
export class ScaikeyDiscoveryController extends discoveryRoutes({
  serviceProviderConfig: DocumentedDiscovery('Service Provider Config'),
  resourceTypes: DocumentedDiscovery('Resource Types'),
  resourceType: DocumentedDiscovery('Resource Type'),
  schemas: DocumentedDiscovery('Schemas'),
  schema: DocumentedDiscovery('Schema'),
}) {
  protected readonly discovery: DiscoveryEndpoint;

  constructor(codec: ScaikeyCodec, registry: SchemaRegistry, @Inject(SETTINGS) settings: Settings) {
    super();
    const features = { bulk: true, sort: true, maxResults: PAGE.maxCount };
    this.discovery = new DiscoveryEndpoint(registry, settings, { ...standardDiscovery(codec), features });
  }
}
