import { STATUS_CODES } from 'node:http';
import {
  applyDecorators,
  Controller,
  HttpCode,
  type Type,
  UseFilters,
  UseInterceptors,
  UsePipes,
  SetMetadata,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiExtraModels,
  ApiOperation,
  ApiParam,
  ApiProperty,
  ApiResponse,
  type ApiResponseOptions,
  getSchemaPath,
} from '@nestjs/swagger';
import { GuardedBy } from '../../access/decorators.js';
import { AdminGuard } from '../access/admin.guard.js';
import { Allows, OPERATION } from '../access/decorators.js';
import { type PermissionName } from '../access/roles.js';
import { CallOriginInterceptor } from './call-origin.interceptor.js';
import { ReadsJsonBody } from './json-body.interceptor.js';
import { ProblemFilter } from './problem.filter.js';
import { ReadingPipe } from './validation.pipe.js';

/** Name of the security scheme in the document. */
export const ADMIN_SCHEME = 'admin';

/** A controller of the admin API: the one decorator that gives it its guard, and how it reads and refuses. */
export const AdminController = (path = ''): ClassDecorator =>
  applyDecorators(
    Controller(path),
    GuardedBy(AdminGuard),
    ReadsJsonBody(),
    UseInterceptors(CallOriginInterceptor),
    UsePipes(ReadingPipe),
    UseFilters(ProblemFilter),
    ApiBearerAuth(ADMIN_SCHEME),
  );

class InvalidValueView {
  @ApiProperty({ required: false, description: 'Where it stands in the body.', example: '#/name' })
  pointer?: string;

  @ApiProperty({ required: false, description: 'Which parameter of the query it is.' })
  parameter?: string;

  @ApiProperty({ example: 'name is a text in one line, of 1 to 200 characters that are not all blanks' })
  detail!: string;
}

/** A refusal (RFC 9457). */
export class ProblemView {
  @ApiProperty({ example: 'about:blank' })
  type!: string;

  @ApiProperty({ example: 'Not Found' })
  title!: string;

  @ApiProperty({ example: 404 })
  status!: number;

  @ApiProperty({ example: 'There is no company acme.' })
  detail!: string;

  @ApiProperty({ type: [InvalidValueView], required: false })
  errors?: InvalidValueView[];
}

/** Bodies of an answer by media type, for documents. */
type ContentObject = NonNullable<Extract<ApiResponseOptions, { content?: unknown }>['content']>;

/** An answer that is no JSON. */
export interface TextAnswer {
  readonly mediaType: string;
  readonly example: string;
}

/** An operation that refuses with problems, for documents and the log. */
export interface DocumentedOperation {
  /** Its operationId. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** By default 200, and 204 without an answer. */
  readonly status?: number;
  /** A class, or what is no JSON. */
  readonly answer?: Type | TextAnswer;
  /** What is answered instead where `Accept` prefers it. */
  readonly alternatives?: readonly TextAnswer[];
  /** Of a request: its class, and one that works as it stands. */
  readonly body?: { readonly type: Type; readonly example: object };
  /** Statuses of refusals, beside those of every operation. */
  readonly refusals?: readonly number[];
}

export interface AdminOperation extends DocumentedOperation {
  readonly permission: PermissionName;
}

const ALWAYS = [401, 403, 429, 503];
const WITH_BODY = [400, 408, 413, 415];

/** What a route needs and how it is documented. */
export const Operation = ({ permission, ...operation }: AdminOperation): MethodDecorator =>
  applyDecorators(Allows(permission), Documented(operation));

/** How a route is documented, and called in the log. */
export function Documented(operation: DocumentedOperation): MethodDecorator {
  const { id, summary, description, answer, alternatives = [], body, refusals = [] } = operation;
  const { status = answer === undefined ? 204 : 200 } = operation;
  const answers = [...(answer === undefined ? [] : [answer]), ...alternatives];
  const statuses = [...new Set([...ALWAYS, ...(body ? WITH_BODY : []), ...refusals])].sort();
  return applyDecorators(
    SetMetadata(OPERATION, id),
    HttpCode(status),
    ApiOperation({ operationId: id, summary, ...(description !== undefined && { description }) }),
    ...(body ? [bodyOf(body)] : []),
    ...(typeof answer === 'function' ? [ApiExtraModels(answer)] : []),
    ApiResponse({
      status,
      description: STATUS_CODES[status] ?? '',
      ...(answers.length > 0 && {
        content: Object.assign({}, ...answers.map(contentOf)) as ContentObject,
      }),
    }),
    ...statuses.map((each) => refusal(each)),
  );
}

function contentOf(answer: Type | TextAnswer): ContentObject {
  if (typeof answer === 'function') {
    return { 'application/json': { schema: { $ref: getSchemaPath(answer) } } };
  }
  const { mediaType, example } = answer;
  return { [mediaType]: { schema: { type: 'string' }, example } };
}

const bodyOf = ({ type, example }: NonNullable<AdminOperation['body']>): MethodDecorator =>
  ApiBody({ type, examples: { example: { summary: 'Example', value: example } } });

export const CompanyParam = (): MethodDecorator =>
  ApiParam({ name: 'company', description: 'Its slug or its id.', example: 'acme' });

/** A user that there is. */
export const UserParam = (): MethodDecorator =>
  ApiParam({ name: 'user', description: 'Its userName or id.', example: 'ada@acme.example' });

/** A group that there is. */
export const GroupParam = (): MethodDecorator =>
  ApiParam({ name: 'group', description: 'Its displayName or id.', example: 'Finance' });

export const ClientParam = (): MethodDecorator =>
  ApiParam({ name: 'client', description: 'Its client_id.', example: 'client_Mq1v3mLkT0yC7uWn2xRb9Q' });

export const WebhookParam = (): MethodDecorator => ApiParam({ name: 'webhook', example: '0558ac4d70400001' });

export const IdParam = (): MethodDecorator => ApiParam({ name: 'id', example: '1' });

const refusal = (status: number): MethodDecorator =>
  ApiResponse({
    status,
    description: STATUS_CODES[status] ?? '',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemView' } } },
  });
