import { type Request } from 'express';
import { type ScimError } from '../../protocol/error/scim-error.js';

/** A refusal as a surface writes it. */
export interface EncodedError {
  readonly status: number;
  readonly contentType: string;
  /** Undefined: an empty body. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the rest of the server has to know of a wire format; each surface exports one. */
export interface Surface {
  readonly name: string;
  /** Path in front of all its routes, without slashes at its ends. */
  readonly mount: string;
  encodeError(error: ScimError, request: Request): EncodedError;
}
