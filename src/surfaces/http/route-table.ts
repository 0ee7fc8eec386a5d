import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { editDistance } from '../../protocol/text/edit-distance.js';

/** In the order in which `Allow` names them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** A path as a controller declares it, `/Users/:id`, and what can be done there. */
interface Endpoint {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** What the controllers of a surface have at which path, from Nest's own metadata of their routes. */
export class RouteTable {
  private readonly endpoints: Endpoint[] = [];

  /**
   * @param module - A class with `@Module()`, whose controllers are looked at.
   * @param implied - Methods that endpoints have beside those of their routes: `HEAD` where there is `GET`, `OPTIONS`.
   */
  constructor(
    module: Type,
    private readonly implied: readonly string[],
  ) {
    const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as
      readonly Type[] | undefined;
    for (const controller of controllers ?? []) this.addRoutes(controller);
  }

  /**
   * The methods of the endpoint at a path, in the order of `Allow`; undefined where there is none. The path is
   * matched as the router does: without regard to case, and still percent-encoded. Where several endpoints match, the
   * one with fewer parameters is meant, so that `/Users/.search` is not taken for `/Users/:id`.
   */
  methodsAt(path: string): readonly string[] | undefined {
    const sent = segmentsOf(path);
    const [endpoint] = this.endpoints
      .filter(({ segments }) => matches(segments, sent))
      .sort((a, b) => parametersIn(a) - parametersIn(b));
    return endpoint && METHODS.filter((method) => endpoint.methods.has(method));
  }

  /**
   * The endpoint that a path without one most likely means: its fixed segments are the path's but for slips of typing.
   * As a document writes it: `/Users/{id}`. Undefined where none is near.
   */
  nearestTo(path: string): string | undefined {
    const sent = segmentsOf(path);
    const [nearest] = this.endpoints
      .map(({ segments }) => ({ segments, slips: slipsIn(segments, sent) }))
      .filter(({ slips }) => Number.isFinite(slips))
      .sort((a, b) => a.slips - b.slips);
    return nearest?.segments.map((segment) => `/${segment.replace(/^:(.*)/, '{$1}')}`).join('');
  }

  private addRoutes(controller: Type): void {
    const prototype = controller.prototype as Record<string, object>;
    for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
      const handler = prototype[name] as object;
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      // A route for all methods is the one for requests that no other takes.
      if (method === undefined || method === RequestMethod.ALL) continue;
      for (const prefix of pathsOf(controller)) {
        for (const path of pathsOf(handler)) this.add(`${prefix}/${path}`, RequestMethod[method]);
      }
    }
  }

  private add(path: string, method: string): void {
    const segments = segmentsOf(path);
    const known = this.endpoints.find((endpoint) => endpoint.segments.join('/') === segments.join('/'));
    const endpoint = known ?? { segments, methods: new Set<string>() };
    if (!known) this.endpoints.push(endpoint);
    endpoint.methods.add(method);
    for (const implied of this.implied) {
      if (implied !== 'HEAD' || method === 'GET') endpoint.methods.add(implied);
    }
  }
}

const segmentsOf = (path: string): readonly string[] => path.split('/').filter((segment) => segment !== '');

const pathsOf = (target: object): readonly string[] =>
  [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const isParameter = (segment: string): boolean => segment.startsWith(':');

const parametersIn = ({ segments }: Endpoint): number => segments.filter(isParameter).length;

function matches(declared: readonly string[], sent: readonly string[]): boolean {
  return (
    declared.length === sent.length &&
    declared.every((segment, index) => isParameter(segment) || equal(segment, sent[index]))
  );
}

/** How many slips make the path that was sent out of the declared one; infinite where it is another path. */
function slipsIn(declared: readonly string[], sent: readonly string[]): number {
  if (declared.length !== sent.length) return Infinity;
  let slips = 0;
  for (const [index, segment] of declared.entries()) {
    if (isParameter(segment)) continue;
    slips += editDistance(sent[index] ?? '', segment, slipsAllowed(segment)) ?? Infinity;
  }
  return slips;
}

/** A short word is too easily another one. */
function slipsAllowed({ length }: string): number {
  if (length < 4) return 0;
  if (length < 6) return 1;
  return length < 9 ? 2 : 3;
}

const equal = (a: string, b: string | undefined): boolean => a.toLowerCase() === b?.toLowerCase();
