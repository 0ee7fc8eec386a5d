import { type ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { type Request } from 'express';

/**
 * Makes the context of the same handler anew, for what a request keeps to be called later. It keeps neither the context itself
 * nor the response: a request that leads to its response on a second way outlives the collections of young objects.
 */
export function laterContext(context: ExecutionContext): () => ExecutionContext {
  const request = context.switchToHttp().getRequest<Request>();
  const [type, handler] = [context.getClass(), context.getHandler()];
  return () => new ExecutionContextHost([request, request.res], type, handler);
}
