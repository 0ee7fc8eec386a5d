import { All, applyDecorators, Controller, Req, Res, type Type } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { type Credential } from '../../access/credential.js';
import { notFound, ScimError } from '../../protocol/error/scim-error.js';

/** A request to a surface, before it is known whether one of its routes takes it. */
export interface RoutedRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** Behind the surface's mount, without a slash at its end: `/Users/42`; empty for the root. */
  readonly endpoint: string;
  /** The methods that the endpoint offers; undefined where there is no endpoint. */
  readonly offered: readonly string[] | undefined;
  /** Where there is no endpoint: one that was most likely meant, `/Users/{id}`, if any is near. */
  readonly nearest: string | undefined;
  /** Undefined where the route is open to everybody. */
  readonly caller: Credential | undefined;
}

/** 405. The answer names in `Allow` what the endpoint offers instead (RFC 9110 §15.5.6). */
export class MethodNotAllowedError extends ScimError {
  constructor(
    detail: string,
    readonly allowed: readonly string[],
  ) {
    super(405, undefined, detail);
    this.name = 'MethodNotAllowedError';
  }
}

/** How many characters of a path a refusal repeats. */
const SHOWN_PATH = 100;

/**
 * 404 that names the request, and what was meant where that is known. The path is repeated as it came, with control
 * characters still percent-encoded; the query is not, since tokens and personal data are sent in it.
 */
export function noSuchEndpoint(
  { method, path }: { readonly method: string; readonly path: string },
  nearest?: string,
): ScimError {
  const shown = path.length > SHOWN_PATH ? `${path.slice(0, SHOWN_PATH)}…` : path;
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return notFound(`No such endpoint: ${method} ${JSON.stringify(shown)}.${hint}`);
}

/**
 * How a surface answers what none of its routes takes: 404 where there is no endpoint, 405 where the endpoint does
 * not have the method. A surface whose document asks for something else extends this class.
 */
export class UnmatchedRoutes {
  /** What endpoints offer beside their routes: the answer to `GET` without its body, and the methods themselves. */
  readonly implied: readonly ('HEAD' | 'OPTIONS')[] = ['HEAD', 'OPTIONS'];

  /** Why no route takes the request; undefined where one does, and for `OPTIONS` where it is offered. */
  refusalOf(request: RoutedRequest): ScimError | undefined {
    const { method, offered } = request;
    if (offered === undefined) return this.unknownEndpoint(request);
    return offered.includes(method) ? undefined : this.wrongMethod(request, offered);
  }

  protected unknownEndpoint(request: RoutedRequest): ScimError {
    return noSuchEndpoint(request, request.nearest);
  }

  protected wrongMethod({ method }: RoutedRequest, offered: readonly string[]): ScimError {
    return new MethodNotAllowedError(
      `${method} is not offered here; allowed: ${offered.join(', ')}.`,
      offered,
    );
  }
}

/**
 * A controller for what the others of a surface leave, so that the guards judge it: the last of its module's. The
 * route guard refuses there whatever is not `OPTIONS`.
 * @param access - The decorators by which the surface's other controllers say who may call them.
 */
export function unmatchedRoutesController(...access: readonly ClassDecorator[]): Type {
  @ApiExcludeController()
  @Controller()
  @applyDecorators(...access)
  class UnmatchedRoutesController {
    @All(['', '*path'])
    answer(@Req() request: Request, @Res() response: Response): void {
      if (request.method !== 'OPTIONS') throw noSuchEndpoint(request);
      response.status(204).end();
    }
  }
  return UnmatchedRoutesController;
}
