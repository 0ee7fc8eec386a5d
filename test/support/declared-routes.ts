import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { type TestApplication } from './application.js';
import { listRoutes } from './routes.js';

/** A route of an API that is mounted below one path. */
export interface DeclaredRoute<T> {
  readonly method: string;
  /** Behind the mount, with parameters: `/companies/:company`. */
  readonly path: string;
  /** What its decorator says of who may call it. */
  readonly access: T | undefined;
}

/**
 * What the controllers of a module declare.
 *
 * @param access the metadata key of the decorator that says who may call a route
 */
export function declaredRoutes<T>(module: Type, access: string | symbol): DeclaredRoute<T>[] {
  const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as Type[];
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] as object;
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const [room] = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
      return [Reflect.getMetadata(PATH_METADATA, handler) as string | string[]].flat().map((own) => ({
        method: RequestMethod[method],
        path: `/${room}/${own}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, ''),
        access: Reflect.getMetadata(access, handler) as T | undefined,
      }));
    });
  });
}

/** One of each method that a route takes. */
export const requestsOf = <T>(routes: readonly DeclaredRoute<T>[]): DeclaredRoute<T>[] =>
  routes.flatMap((route) =>
    (route.method === 'ALL' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] : [route.method]).map(
      (method) => ({ ...route, method }),
    ),
  );

/** A path with this company, and with ids that nothing has. */
export const concretePath = (path: string, company: string): string =>
  path.replace(':company', company).replace(/:\w+/g, '999').replace('*path', 'elsewhere').replace(/^\/$/, '');

/** The routes that the router has below a mount, as `GET /companies`. */
export const servedRoutes = ({ app }: TestApplication, mount: string): string[] =>
  listRoutes(app)
    .filter(({ path }) => `${path}/`.startsWith(`${mount}/`))
    .map(({ method, path }) => `${method} ${path.slice(mount.length).replace(/\/$/, '') || '/'}`);
