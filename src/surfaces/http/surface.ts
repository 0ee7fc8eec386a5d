import { type Type } from '@nestjs/common';
import { type OpenAPIObject } from '@nestjs/swagger';
import { type Request } from 'express';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { TEXT_PARAMETERS } from '../../protocol/dialect/lenient-query.js';
import { type ScimError } from '../../protocol/error/scim-error.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type SurfaceName } from '../mounts.js';
import { type ComponentSchemas } from '../openapi/schema.openapi.js';
import { type WrittenTypes } from './media-types.js';
import { type UnmatchedRoutes } from './unmatched-routes.js';

/** A refusal as a surface writes it. */
export interface EncodedError {
  readonly status: number;
  readonly contentType: string;
  /** Undefined: an empty body. */
  readonly body: unknown;
  /** The body's text, where it is another one than `JSON.stringify` makes. */
  readonly text?: string;
}

export type SecuritySchemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>;

/** What a surface's OpenAPI document says beside its operations. */
interface SurfaceDocument {
  readonly title: string;
  readonly description: string;
  /** Messages that the operations refer to: classes that Nest documents. */
  readonly messages: readonly Type[];
  /** The other schemas that they refer to, by name: of resources, with the attributes that this deployment has. */
  components(schemas: SchemaRegistry): ComponentSchemas;
  /** How callers say who they are, where the document has names of its own for it. */
  readonly securitySchemes?: SecuritySchemes;
}

/** How a surface reads the parameters of queries. */
export interface QueryRules {
  /** Those that it has. */
  readonly parameters: readonly string[];
  /** How it reads every query; absent: in the dialect of the caller. */
  readonly dialect?: Dialect;
  /** Whether empty texts count as absent in the strict dialect as they do in the lenient one. */
  readonly dropsEmpty?: boolean;
}

/** The parameters of lists (RFC 7644 §3.4.2) and of projections (§3.9). */
export const LIST_PARAMETERS = [
  ...TEXT_PARAMETERS,
  'startIndex',
  'count',
  'attributes',
  'excludedAttributes',
];

/** What the rest of the server has to know of a wire format; each surface exports one. */
export interface Surface {
  readonly name: SurfaceName;
  /** Path in front of all its routes, without slashes at its ends. */
  readonly mount: string;
  /** The media types of its answers. */
  readonly writes: WrittenTypes;
  /** Whether an `Accept` that admits none of them is 406; it is answered in the first of them otherwise. */
  readonly refusesUnacceptable: boolean;
  readonly query: QueryRules;
  readonly document: SurfaceDocument;
  /** What becomes of requests that none of its routes takes. */
  readonly unmatched: UnmatchedRoutes;
  encodeError(error: ScimError, request: Request): EncodedError;
}

/** Where people read what a surface takes and answers, below the base URL of the server. */
export const descriptionPath = ({ name }: Pick<Surface, 'name'>): string => `/docs/surfaces/${name}`;

/**
 * What a path names on a surface: the part behind its mount, without a slash at its end, `/Users/42`. Undefined where
 * the path is not the surface's. Mounts are matched as the router does, without regard to case; a parameter in one
 * (`:tenant_id`) matches any one segment.
 */
export function endpointOf({ mount }: Pick<Surface, 'mount'>, path: string): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const mounted = mount.split('/');
  const isUnder = mounted.every((part, index) => {
    const segment = segments[index];
    return segment !== undefined && (part.startsWith(':') || part.toLowerCase() === segment.toLowerCase());
  });
  if (!isUnder) return undefined;
  return segments
    .slice(mounted.length)
    .map((segment) => `/${segment}`)
    .join('');
}
