import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { type Observable } from 'rxjs';
import { checkValue } from '../../protocol/text/check-value.js';
import { readJsonObject } from '../../surfaces/http/json-body.js';
import {
  RequestBodyInterceptor,
  type RequestWithBytes,
} from '../../surfaces/http/request-body.interceptor.js';

/** Parses the body that was read behind the guards, for the pipes. */
@Injectable()
class JsonBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<RequestWithBytes>();
    if (request.refusal || (request.bytes?.length ?? 0) > 0) {
      const body = await readJsonObject(request);
      checkValue(body, '');
      // Numbers become those of JavaScript.
      request.body = JSON.parse(JSON.stringify(body)) as unknown;
    }
    return next.handle();
  }
}

/** For a route, or the routes of a controller, whose body is JSON for the pipes. */
export const ReadsJsonBody = (): ClassDecorator & MethodDecorator =>
  UseInterceptors(RequestBodyInterceptor, JsonBodyInterceptor);
