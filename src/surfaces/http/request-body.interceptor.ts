import {
  Inject,
  Injectable,
  SetMetadata,
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Request } from 'express';
import { type Observable } from 'rxjs';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { sentType } from './media-types.js';
import { readBytes } from './read-bytes.js';

/** A request whose body has been read but not yet parsed. */
export interface RequestWithBytes extends Request {
  bytes?: Buffer;
  /** 415: why the body that was sent was not read. */
  refusal?: ScimError;
}

/**
 * The body as it was sent; no bytes where nothing was.
 * @throws ScimError 415 for a type, charset or encoding that is not read
 */
export function bytesOf({ bytes, refusal }: RequestWithBytes): Buffer {
  if (refusal) throw refusal;
  return bytes ?? Buffer.alloc(0);
}

const READABLE_TYPES = 'rollcall:readable-types';

/** For a surface whose document asks for other request media types than JSON: `types` is matched with the type alone. */
export const ReadsMediaTypes = (types: RegExp): CustomDecorator => SetMetadata(READABLE_TYPES, types);

/** RFC 7644 §3.8 requires `application/scim+json` to be read and recommends `application/json`; any type of JSON is. */
const JSON_TYPES = /^application\/(?:json|[a-z0-9!#$&^_.-]+\+json)$/i;

/**
 * Reads the body behind the guards, so that a caller without a token cannot make the server hold one, and
 * leaves the parsing to the handler, so that an unknown resource is 404 before its body or the type of it is judged.
 */
@Injectable()
export class RequestBodyInterceptor implements NestInterceptor {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<RequestWithBytes>();
    if (hasBody(request)) {
      const targets = [context.getHandler(), context.getClass()];
      const readable = this.reflector.getAllAndOverride<RegExp | undefined>(READABLE_TYPES, targets);
      try {
        requireReadable(request, readable ?? JSON_TYPES);
        request.bytes = await readBytes(request, this.settings.bodyLimit);
      } catch (error) {
        if (!(error instanceof ScimError) || error.status !== 415) throw error;
        request.refusal = error;
      }
    }
    return next.handle();
  }
}

function hasBody({ method, headers }: Request): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A request may leave its type out. */
function requireReadable(request: Request, readable: RegExp): void {
  if ((request.headers['content-type'] ?? '').trim() === '') return;
  const { type, charset } = sentType(request);
  if (!readable.test(type)) {
    throw new ScimError(
      415,
      undefined,
      `Content-Type ${JSON.stringify(type.slice(0, 100))} is not read here; send application/scim+json.`,
    );
  }
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new ScimError(
      415,
      undefined,
      `charset ${JSON.stringify(charset.slice(0, 40))} is not read here; send UTF-8.`,
    );
  }
}
