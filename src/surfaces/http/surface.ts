import { type OpenAPIObject } from '@nestjs/swagger';
import { type Request } from 'express';
import { type ScimError } from '../../protocol/error/scim-error.js';
import { type SchemaObject } from '../openapi/schema.openapi.js';
import { type WrittenTypes } from './media-types.js';

/** A refusal as a surface writes it. */
export interface EncodedError {
  readonly status: number;
  readonly contentType: string;
  /** Undefined: an empty body. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type SecuritySchemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>;

/** What a surface's OpenAPI document says beside its operations. */
export interface SurfaceDocument {
  readonly title: string;
  readonly description: string;
  /** Component schemas by name, as the operations refer to them. */
  readonly components: Readonly<Record<string, SchemaObject>>;
  /** How callers say who they are, where the document has names of its own for it. */
  readonly securitySchemes?: SecuritySchemes;
}

/** What the rest of the server has to know of a wire format; each surface exports one. */
export interface Surface {
  readonly name: string;
  /** Path in front of all its routes, without slashes at its ends. */
  readonly mount: string;
  /** The media types of its answers. */
  readonly writes: WrittenTypes;
  readonly document: SurfaceDocument;
  encodeError(error: ScimError, request: Request): EncodedError;
}
