import { type Request, type Response } from 'express';
import { type Settings } from '../../config/settings.js';
import { forbidden } from '../../protocol/error/scim-error.js';
import { type JsonObject } from '../../protocol/json.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import {
  describeServiceProvider,
  type ServiceProviderFeatures,
} from '../../scim/discovery/service-provider-config.js';
import {
  describeResourceTypeByName,
  describeResourceTypes,
  describeSchemaByUrn,
  describeSchemas,
} from './discovery-documents.js';
import { type Exchange } from './exchange.js';
import { publicBaseUri } from './base-uri.js';
import { type ResourceCodec } from './resource.codec.js';
import { descriptionPath, type Surface } from './surface.js';
import { noSuchEndpoint } from './unmatched-routes.js';

/** Features that are the same in every deployment. */
export type SurfaceFeatures = Omit<
  ServiceProviderFeatures,
  'maxOperations' | 'maxPayloadSize' | 'documentationUri'
>;

/** What a surface says of itself to clients that ask, and how it writes that. */
export interface DiscoveryFormat {
  readonly surface: Pick<Surface, 'name'>;
  /** What the surface supports; undefined where its document has no ServiceProviderConfig. */
  readonly features: SurfaceFeatures | undefined;
  /** What the location of each document begins with: `https://…/scim/v2/`, in front of `Schemas/…`. */
  locationPrefix(request: Request): string;
  answer(request: Request, response: Response, document: JsonObject): Promise<void>;
  answerList(request: Request, response: Response, documents: readonly JsonObject[]): Promise<void>;
}

/** For surfaces that write discovery documents as RFC 7643 has them, and lists of them in a ListResponse. */
export function standardDiscovery(codec: ResourceCodec): Omit<DiscoveryFormat, 'surface' | 'features'> {
  return {
    locationPrefix: (request) => `${codec.baseUri(request)}/`,
    answer: (request, response, document) => codec.sendDocument(request, response, document),
    answerList: (request, response, documents) =>
      codec.sendDocument(request, response, listResponse(documents, documents.length)),
  };
}

/** What a client can find out about the server (RFC 7644 §4). Paging and sorting do not apply to it. */
export class DiscoveryEndpoint {
  constructor(
    private readonly registry: SchemaRegistry,
    private readonly settings: Settings,
    private readonly format: DiscoveryFormat,
  ) {}

  async serviceProviderConfig(request: Request, response: Response): Promise<void> {
    const { surface, features } = this.format;
    if (features === undefined) throw noSuchEndpoint(request);
    const { maxOperations, maxPageSize, bodyLimit: maxPayloadSize, docs } = this.settings;
    const documentationUri = `${publicBaseUri(request, this.settings)}${descriptionPath(surface)}`;
    const location = `${this.format.locationPrefix(request)}ServiceProviderConfig`;
    await this.format.answer(request, response, {
      ...describeServiceProvider({
        ...withinPages(features, maxPageSize),
        maxOperations,
        maxPayloadSize,
        ...(docs && { documentationUri }),
      }),
      meta: { resourceType: 'ServiceProviderConfig', location },
    });
  }

  async resourceTypes({ request, response }: Exchange): Promise<void> {
    refuseFilter(request);
    const documents = describeResourceTypes(this.registry, this.format.locationPrefix(request));
    await this.format.answerList(request, response, documents);
  }

  /** @throws ResourceNotFoundError where there is no type of that name */
  async resourceType({ request, response }: Exchange, name: string): Promise<void> {
    refuseFilter(request);
    const prefix = this.format.locationPrefix(request);
    await this.format.answer(request, response, describeResourceTypeByName(this.registry, name, prefix));
  }

  async schemas({ scope, request, response }: Exchange): Promise<void> {
    refuseFilter(request);
    const documents = describeSchemas(this.registry, scope, this.format.locationPrefix(request));
    await this.format.answerList(request, response, documents);
  }

  /** @throws ResourceNotFoundError where there is no schema of that URN */
  async schema({ scope, request, response }: Exchange, urn: string): Promise<void> {
    refuseFilter(request);
    const prefix = this.format.locationPrefix(request);
    await this.format.answer(request, response, describeSchemaByUrn(this.registry, urn, scope, prefix));
  }
}

/** RFC 7644 §4: a filter here would not be applied, so it is refused. Throws ScimError 403. */
function refuseFilter(request: Request): void {
  if (request.query['filter'] !== undefined) throw forbidden('Discovery endpoints take no filter.');
}

/** The same features where no page may have more than `most` resources. */
function withinPages(features: SurfaceFeatures, most: number): SurfaceFeatures {
  const { maxResults, pagination } = features;
  return {
    ...features,
    maxResults: Math.min(maxResults, most),
    ...(pagination && {
      pagination: { ...pagination, defaultPageSize: Math.min(pagination.defaultPageSize, most) },
    }),
  };
}
