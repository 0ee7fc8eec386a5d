import { ApiParam } from '@nestjs/swagger';
import { type JsonObject } from '../../protocol/json.js';
import { listResponse } from '../../protocol/message/list-response.js';
import { GROUP_SCHEMA } from '../../protocol/schema/group.schema.js';
import { printSchema } from '../../protocol/schema/print-schema.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { describeServiceProvider } from '../../scim/discovery/service-provider-config.js';
import { describeResourceTypes } from '../http/discovery-documents.js';
import { type SurfaceFeatures } from '../http/discovery-endpoint.js';
import { type DiscoveryDecorators } from '../http/discovery-routes.js';
import { descriptionPath, type Surface } from '../http/surface.js';
import { EXAMPLE_LIMITS, EXAMPLE_ORIGIN } from './examples.openapi.js';
import {
  documentOperation,
  type DocumentedHeaders,
  type DocumentedOperation,
  type SurfaceForm,
} from './operation.openapi.js';
import { ON_ONE, READING, REFUSALS } from './refusals.openapi.js';

type Operation = keyof DiscoveryDecorators;

/** How the operations that describe the server are documented: a decorator each. */
export type DiscoveryDocumentation = Readonly<Record<Operation, MethodDecorator>>;

/** A filter is refused with 403 (RFC 7644 §4), so that there are two reasons for it. */
const REFUSED: DocumentedOperation['refusals'] = {
  ...READING,
  403: { mayNotRead: REFUSALS.mayNotRead, filterNotTaken: REFUSALS.filterNotTaken },
};

/** What every surface says of the operations that describe the server. */
export const DISCOVERY = {
  serviceProviderConfig: {
    method: 'GET',
    summary: 'What this server supports',
    description: 'The features, limits and authentication schemes of this server (RFC 7643 §5).',
    refusals: READING,
  },
  resourceTypes: {
    method: 'GET',
    summary: 'The types of resources',
    description: 'Which kinds of resources there are, and which schemas they have (RFC 7643 §6).',
    refusals: REFUSED,
  },
  resourceType: {
    method: 'GET',
    summary: 'One type of resource',
    description: 'Where resources of the type are found, and which schemas they have.',
    parameters: [ApiParam({ name: 'name', description: 'User or Group.', example: 'Group' })],
    refusals: { ...REFUSED, ...ON_ONE },
  },
  schemas: {
    method: 'GET',
    summary: 'The schemas of all resources',
    description: 'Every attribute with its characteristics, those of extensions included (RFC 7643 §7).',
    refusals: REFUSED,
  },
  schema: {
    method: 'GET',
    summary: 'One schema',
    description: 'The attributes of one schema with their characteristics.',
    parameters: [ApiParam({ name: 'urn', description: 'URN of the schema.', example: GROUP_SCHEMA.id })],
    refusals: { ...REFUSED, ...ON_ONE },
  },
} satisfies Readonly<Record<Operation, Omit<DocumentedOperation, 'operationId' | 'answers'>>>;

/** The documents of a server without extensions of its own; `prefix` is what their locations begin with. */
export function discoveryExamples(
  prefix: string,
): Readonly<Record<'resourceTypes' | 'schemas', JsonObject[]>> {
  const schemas = BUILT_IN_RESOURCE_TYPES.schemas.map((schema) => ({
    ...printSchema(schema, { groupDisplayName: 'server' }),
    meta: { resourceType: 'Schema', location: `${prefix}Schemas/${schema.id}` },
  }));
  return {
    resourceTypes: describeResourceTypes(BUILT_IN_RESOURCE_TYPES, prefix),
    schemas,
  };
}

/** How a surface documents what describes it. */
export interface DiscoveryTable {
  readonly operationIds: Readonly<Record<Operation, string>>;
  /** Name of the component of all these documents. */
  readonly component: string;
  /** What locations begin with: `https://…/scim/v2/`. */
  readonly prefix: string;
  readonly surface: Pick<Surface, 'name'>;
  readonly features: SurfaceFeatures;
  /** What of the operations is other than on all surfaces. */
  readonly differences?: Partial<Record<Operation, Partial<DocumentedOperation>>>;
}

/** The documentation of the five operations that describe the server. */
export function documentDiscovery(form: SurfaceForm, table: DiscoveryTable): DiscoveryDocumentation {
  const { resourceTypes, schemas } = discoveryExamples(table.prefix);
  const headers = locationHeader(form);
  const document = (operation: Operation, example: JsonObject): MethodDecorator =>
    documentOperation(form, {
      ...DISCOVERY[operation],
      operationId: table.operationIds[operation],
      answers: {
        200: {
          description: 'The document.',
          schema: table.component,
          examples: { document: example },
          ...('meta' in example && { headers }),
        },
      },
      ...table.differences?.[operation],
    });
  return {
    serviceProviderConfig: document('serviceProviderConfig', serviceProviderExample(table)),
    resourceTypes: document('resourceTypes', listResponse(resourceTypes, resourceTypes.length)),
    resourceType: document('resourceType', byId(resourceTypes, 'Group')),
    schemas: document('schemas', listResponse(schemas, schemas.length)),
    schema: document('schema', byId(schemas, GROUP_SCHEMA.id)),
  };
}

/** A document says where it is, on surfaces where resources do, and in no other header. */
export function locationHeader({ resourceHeaders }: SurfaceForm): DocumentedHeaders {
  return Object.fromEntries(Object.entries(resourceHeaders).filter(([name]) => name === 'Content-Location'));
}

function serviceProviderExample({ prefix, surface, features }: DiscoveryTable): JsonObject {
  const meta = { resourceType: 'ServiceProviderConfig', location: `${prefix}ServiceProviderConfig` };
  const documentationUri = `${EXAMPLE_ORIGIN}${descriptionPath(surface)}`;
  return { ...describeServiceProvider({ ...features, ...EXAMPLE_LIMITS, documentationUri }), meta };
}

export function byId(documents: readonly JsonObject[], id: string): JsonObject {
  return documents.find((document) => document['id'] === id) ?? {};
}
