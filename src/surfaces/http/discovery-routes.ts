import { applyDecorators, Get, Param, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { type DiscoveryEndpoint } from './discovery-endpoint.js';
import { InExchange, type Exchange } from './exchange.js';

/** What stands on each route beside its path: how it is documented, and who may call it where that differs. */
export interface DiscoveryDecorators {
  /** Undefined where the surface's document has no such endpoint: then there is none. */
  readonly serviceProviderConfig: MethodDecorator | undefined;
  readonly resourceTypes: MethodDecorator;
  /** Undefined where the surface's document has no such endpoint: then there is none. */
  readonly resourceType: MethodDecorator | undefined;
  readonly schemas: MethodDecorator;
  readonly schema: MethodDecorator;
}

/**
 * The routes of discovery, to be extended by a controller. As with {@link resourceRoutes}, each call makes a class of
 * its own, and `@Res()` stands in each route.
 *
 * @param urnParameter - The path's name for the URN of a schema, as the surface's document has it.
 */
export function discoveryRoutes(decorators: DiscoveryDecorators, urnParameter = 'urn') {
  abstract class DiscoveryRoutes {
    protected abstract readonly discovery: DiscoveryEndpoint;

    @route('ServiceProviderConfig', decorators.serviceProviderConfig)
    serviceProviderConfig(@Req() request: Request, @Res() response: Response): Promise<void> {
      return this.discovery.serviceProviderConfig(request, response);
    }

    @route('ResourceTypes', decorators.resourceTypes)
    resourceTypes(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
      return this.discovery.resourceTypes(exchange);
    }

    @route('ResourceTypes/:name', decorators.resourceType)
    resourceType(
      @InExchange() exchange: Exchange,
      @Param('name') name: string,
      @Res() _response: unknown,
    ): Promise<void> {
      return this.discovery.resourceType(exchange, name);
    }

    @route('Schemas', decorators.schemas)
    schemas(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
      return this.discovery.schemas(exchange);
    }

    @route(`Schemas/:${urnParameter}`, decorators.schema)
    schema(
      @InExchange() exchange: Exchange,
      @Param(urnParameter) urn: string,
      @Res() _response: unknown,
    ): Promise<void> {
      return this.discovery.schema(exchange, urn);
    }
  }
  return DiscoveryRoutes;
}

/** A GET route; a method without one where the surface has nothing at that path. */
function route(path: string, decorator: MethodDecorator | undefined): MethodDecorator {
  return decorator === undefined ? applyDecorators() : applyDecorators(Get(path), decorator);
}
