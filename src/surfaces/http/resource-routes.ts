import { Delete, Get, Param, Patch, Post, Put, Res } from '@nestjs/common';
import { ConfirmsCredential } from '../../access/decorators.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';
import { confirming, InExchange, type Exchange } from './exchange.js';
import { ReadsBody } from './request-body.interceptor.js';

/** A ResourceEndpoint as far as its routes know it. */
export interface ResourceOperations {
  list(exchange: Exchange): Promise<void>;
  create(exchange: Exchange): Promise<void>;
  get(exchange: Exchange, id: string): Promise<void>;
  replace(exchange: Exchange, id: string): Promise<void>;
  patch(exchange: Exchange, id: string): Promise<void>;
  delete(exchange: Exchange, id: string): Promise<void>;
}

/**
 * The routes of a resource, to be extended by a controller. Each call makes a class of its own: Nest and Swagger keep
 * what decorators say on the method itself, which two controllers must not share. `@Res()` stands in each route, since
 * that is how Nest learns that the handler answers itself; an override without decorators is no route.
 *
 * @param parameter - The path's name for the id, as the surface's document has it.
 */
export function resourceRoutes(parameter: string, documented: ResourceDocumentation) {
  @ConfirmsCredential()
  abstract class ResourceRoutes {
    protected abstract readonly endpoint: ResourceOperations;

    @Get()
    @documented.list
    list(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
      return confirming(exchange, (confirmed) => this.endpoint.list(confirmed));
    }

    @Post()
    @ReadsBody()
    @documented.create
    create(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
      return confirming(exchange, (confirmed) => this.endpoint.create(confirmed));
    }

    @Get(`:${parameter}`)
    @documented.read
    get(
      @InExchange() exchange: Exchange,
      @Param(parameter) id: string,
      @Res() _response: unknown,
    ): Promise<void> {
      return confirming(exchange, (confirmed) => this.endpoint.get(confirmed, id));
    }

    @Put(`:${parameter}`)
    @ReadsBody()
    @documented.replace
    replace(
      @InExchange() exchange: Exchange,
      @Param(parameter) id: string,
      @Res() _response: unknown,
    ): Promise<void> {
      return confirming(exchange, (confirmed) => this.endpoint.replace(confirmed, id));
    }

    @Patch(`:${parameter}`)
    @ReadsBody()
    @documented.patch
    patch(
      @InExchange() exchange: Exchange,
      @Param(parameter) id: string,
      @Res() _response: unknown,
    ): Promise<void> {
      return confirming(exchange, (confirmed) => this.endpoint.patch(confirmed, id));
    }

    @Delete(`:${parameter}`)
    @documented.delete
    delete(
      @InExchange() exchange: Exchange,
      @Param(parameter) id: string,
      @Res() _response: unknown,
    ): Promise<void> {
      return confirming(exchange, (confirmed) => this.endpoint.delete(confirmed, id));
    }
  }
  return ResourceRoutes;
}
