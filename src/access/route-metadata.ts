import { type ExecutionContext, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** What decorators say of routes. It is read once for each route, since guards ask for it with each request. */
export class RouteMetadata {
  private readonly reflector = new Reflector();
  private readonly known = new WeakMap<Type, WeakMap<Handler, Map<string, unknown>>>();

  /** What is said of the request's handler, or else of its controller; undefined where nothing is. */
  find<T>(key: string, context: ExecutionContext): T | undefined {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    const ofRoute = this.knownOf(controller, handler);
    if (!ofRoute.has(key)) {
      ofRoute.set(key, this.reflector.getAllAndOverride<T | undefined>(key, [handler, controller]));
    }
    return ofRoute.get(key) as T | undefined;
  }

  private knownOf(controller: Type, handler: Handler): Map<string, unknown> {
    const ofController = this.known.get(controller) ?? new WeakMap<Handler, Map<string, unknown>>();
    const ofRoute = ofController.get(handler) ?? new Map<string, unknown>();
    this.known.set(controller, ofController.set(handler, ofRoute));
    return ofRoute;
  }
}
