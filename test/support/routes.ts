import { RequestMethod } from '@nestjs/common';
import {
  INTERCEPTORS_METADATA,
  RESPONSE_PASSTHROUGH_METADATA,
  ROUTE_ARGS_METADATA,
  RouteParamtypes,
} from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { GUARDED_APART, IS_PUBLIC } from '../../src/access/decorators.js';
import { RequestBodyInterceptor } from '../../src/surfaces/http/request-body.interceptor.js';

/** A route in Express's router. */
export interface Route {
  /** In upper case; `ALL` for a route of all methods. */
  readonly method: string;
  /** The pattern, such as `/standard/scim/v2/Users/:id`. */
  readonly path: string;
}

/** A method of a controller that handles a route. */
export interface Handler {
  readonly method: string;
  /** The paths in the decorators of the controller and the method, without the path of the surface. */
  readonly path: string;
  readonly controller: string;
  /** Of the controller's method. */
  readonly name: string;
  readonly isPublic: boolean;
  /** Whether it has a guard of its own, as the admin API. */
  readonly isGuardedApart: boolean;
  /** Whether it takes the response with `@Res()`: Nest then leaves the answer to it, and writes none of its own. */
  readonly answersItself: boolean;
  /** Whether its body is read behind the guards. */
  readonly readsBody: boolean;
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

/** All routes of the running service, in the order in which Express tries them, including those of Swagger UI. */
export function listRoutes(app: NestExpressApplication): Route[] {
  const { router } = app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) => {
    if (!route) return [];
    const methods = Object.keys(route.methods);
    const names = methods.length > 20 ? ['ALL'] : methods.map((method) => method.toUpperCase());
    return names.map((method) => ({ method, path: route.path }));
  });
}

/** All handlers that controllers declare, from the metadata of Nest. */
export function listHandlers(app: NestExpressApplication): Handler[] {
  const scanner = new MetadataScanner();
  return new DiscoveryService(app.get(ModulesContainer)).getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, object>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] as object;
      const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const [room] = [Reflect.getMetadata('path', metatype) as string | string[]].flat();
      const isMarked = (key: string): boolean =>
        [handler, metatype].some((target) => Reflect.getMetadata(key, target) === true);
      const shared = {
        method: RequestMethod[method],
        controller: metatype.name,
        name,
        isPublic: isMarked(IS_PUBLIC),
        isGuardedApart: isMarked(GUARDED_APART),
        answersItself: takesResponse(metatype, name),
        readsBody: [handler, metatype].some((target) =>
          interceptorsOf(target).includes(RequestBodyInterceptor),
        ),
      };
      const paths = [Reflect.getMetadata('path', handler) as string | string[]].flat();
      return paths.map((own) => ({
        ...shared,
        path: `/${room}/${own}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, ''),
      }));
    });
  });
}

const interceptorsOf = (target: object): readonly unknown[] =>
  (Reflect.getMetadata(INTERCEPTORS_METADATA, target) as readonly unknown[] | undefined) ?? [];

/** Nest keeps a method's parameters as `<kind>:<index>`; what a decorator of ours hides has another kind of key. */
function takesResponse(controller: object, name: string): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as object | undefined;
  const taken = Object.keys(parameters ?? {}).some((key) => key.startsWith(`${RouteParamtypes.RESPONSE}:`));
  return taken && Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, name) !== true;
}
