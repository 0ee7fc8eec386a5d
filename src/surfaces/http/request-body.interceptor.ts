import {
  Inject,
  Injectable,
  SetMetadata,
  UseInterceptors,
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { type Request } from 'express';
import { finalize, type Observable } from 'rxjs';
import { type AuthenticatedRequest, type ObservedRequest } from '../../access/authenticated-request.js';
import { RouteMetadata } from '../../access/route-metadata.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { sentType } from './media-types.js';
import { BodiesInFlight, type BodyShare } from './bodies-in-flight.js';
import { type JsonLimits } from './json-parser.js';
import { jsonLimits } from './parse-json.js';
import { readBytes } from './read-bytes.js';

/** A request whose body has been read but not yet parsed. */
export interface RequestWithBytes extends ObservedRequest {
  bytes?: Buffer;
  /** What the body may hold. */
  limits?: JsonLimits;
  /** 415: why the body that was sent was not read. */
  refusal?: ScimError;
}

/**
 * The body as it was sent; no bytes where nothing was.
 * @throws ScimError 415 for a type or encoding that is not read
 */
export function bytesOf({ bytes, refusal }: RequestWithBytes): Buffer {
  if (refusal) throw refusal;
  return bytes ?? Buffer.alloc(0);
}

/** @throws Error before the body has been read */
export function limitsOf({ limits }: RequestWithBytes): JsonLimits {
  if (!limits) throw new Error('the body was asked for before it was read');
  return limits;
}

const READABLE_TYPES = 'rollcall:readable-types';

/** For a surface whose document asks for other request media types than JSON: `types` is matched with the type alone. */
export const ReadsMediaTypes = (types: RegExp): CustomDecorator => SetMetadata(READABLE_TYPES, types);

const LARGE_BODIES = 'rollcall:large-bodies';

/** For what may name many members: its bodies may be as large as `BODY_LIMIT`, all others as `USER_BODY_LIMIT`. */
export const TakesLargeBodies = (large = true): CustomDecorator => SetMetadata(LARGE_BODIES, large);

/** RFC 7644 §3.8 requires `application/scim+json` to be read and recommends `application/json`; any type of JSON is. */
const JSON_TYPES = /^application\/(?:json|[a-z0-9!#$&^_.-]+\+json)$/i;

/**
 * Reads the body behind the guards, so that a caller without a token cannot make the server hold one, and
 * leaves the parsing to the handler, so that an unknown resource is 404 before its body or the type of it is judged.
 */
@Injectable()
export class RequestBodyInterceptor implements NestInterceptor {
  private readonly metadata = new RouteMetadata();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly inFlight: BodiesInFlight,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<RequestWithBytes & Partial<AuthenticatedRequest>>();
    const isLarge = this.metadata.find<boolean>(LARGE_BODIES, context) ?? false;
    const { bodyLimit, userBodyLimit } = this.settings;
    const limit = isLarge ? bodyLimit : userBodyLimit;
    request.limits = jsonLimits(limit, userBodyLimit, isLarge);
    if (!hasBody(request)) return next.handle();
    const readable = this.metadata.find<RegExp>(READABLE_TYPES, context);
    const { companyId = '', signal } = request.company ?? {};
    const share = this.inFlight.open(companyId, limit, signal);
    try {
      await this.read(request, readable ?? JSON_TYPES, limit, share);
    } catch (error) {
      share.release();
      throw error;
    }
    // What became of the body is in memory until the handler has ended.
    return next.handle().pipe(finalize(() => share.release()));
  }

  private async read(
    request: RequestWithBytes,
    readable: RegExp,
    limit: number,
    share: BodyShare,
  ): Promise<void> {
    const { bodyLimit, bodyTimeout } = this.settings;
    try {
      requireReadable(request, readable);
      request.bytes = await readBytes(request, { limit, largest: bodyLimit, timeout: bodyTimeout }, share);
    } catch (error) {
      if (!(error instanceof ScimError) || error.status !== 415) throw error;
      request.refusal = error;
    }
  }
}

function hasBody({ method, headers }: Request): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A request may leave its type out. */
function requireReadable(request: Request, readable: RegExp): void {
  if ((request.headers['content-type'] ?? '').trim() === '') return;
  const type = sentType(request);
  if (!readable.test(type)) {
    throw new ScimError(
      415,
      undefined,
      `Content-Type ${JSON.stringify(type.slice(0, 100))} is not read here; send application/scim+json.`,
    );
  }
}

/**
 * For a route, or the routes of a controller, with a body. Where nothing of it is read, the router leaves the way through
 * interceptors out, which is a tenth of the work of a GET.
 */
export const ReadsBody = (): ClassDecorator & MethodDecorator => UseInterceptors(RequestBodyInterceptor);
