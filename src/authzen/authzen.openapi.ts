import { STATUS_CODES } from 'node:http';
import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiOperation,
  ApiParam,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  ApiSchema,
} from '@nestjs/swagger';
import { type PlatformScope } from '../access/platform-credentials.store.js';
import { OPERATION } from '../admin-api/access/decorators.js';
import { MOST_QUESTIONS } from '../checks/membership-checks.js';
import { GROUP_ID_TYPES, USER_ID_TYPES } from '../checks/membership-question.js';
import { NeedsScope } from '../platform-api/access/decorators.js';
import { ACTIONS } from './entities.js';

class SubjectProperties {
  @ApiPropertyOptional({ enum: USER_ID_TYPES, default: 'id', description: 'What the id is.' })
  readonly idType?: string;
}

class ResourceProperties {
  @ApiPropertyOptional({ enum: GROUP_ID_TYPES, default: 'id', description: 'What the id is.' })
  readonly idType?: string;
}

class SearchedSubject {
  @ApiProperty({ description: '`user`; others are members of nothing.', example: 'user' })
  readonly type!: string;
}

class Subject extends SearchedSubject {
  @ApiProperty({ example: 'ada@example.com' })
  readonly id!: string;

  @ApiPropertyOptional({ type: SubjectProperties })
  readonly properties?: SubjectProperties;
}

class SearchedResource {
  @ApiProperty({ description: '`group`; others have no members.', example: 'group' })
  readonly type!: string;
}

class Resource extends SearchedResource {
  @ApiProperty({ example: '0558a20ca1800003' })
  readonly id!: string;

  @ApiPropertyOptional({ type: ResourceProperties })
  readonly properties?: ResourceProperties;
}

class Action {
  @ApiProperty({
    description:
      '`member`, by way of other groups too, or `direct_member`, of the group itself. Others are never permitted.',
    example: ACTIONS[0],
  })
  readonly name!: string;
}

class Context {
  @ApiPropertyOptional({ default: false, description: 'Whether users count who are not active.' })
  readonly includeInactive?: boolean;
}

class WithContext {
  @ApiPropertyOptional({ type: Context })
  readonly context?: Context;
}

@ApiSchema({ name: 'AuthzenEvaluation' })
export class EvaluationBody extends WithContext {
  @ApiProperty({ type: Subject })
  readonly subject!: Subject;

  @ApiProperty({ type: Action })
  readonly action!: Action;

  @ApiProperty({ type: Resource })
  readonly resource!: Resource;
}

class EvaluationItem extends WithContext {
  @ApiPropertyOptional({ type: Subject })
  readonly subject?: Subject;

  @ApiPropertyOptional({ type: Action })
  readonly action?: Action;

  @ApiPropertyOptional({ type: Resource })
  readonly resource?: Resource;
}

class EvaluationsOptions {
  @ApiPropertyOptional({
    enum: ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'],
    default: 'execute_all',
  })
  readonly evaluations_semantic?: string;
}

@ApiSchema({ name: 'AuthzenEvaluations' })
export class EvaluationsBody extends EvaluationItem {
  @ApiPropertyOptional({
    type: [EvaluationItem],
    maxItems: MOST_QUESTIONS,
    description:
      'What is left out of an item is taken from the top level. Without items, the top level is the one.',
  })
  readonly evaluations?: EvaluationItem[];

  @ApiPropertyOptional({ type: EvaluationsOptions })
  readonly options?: EvaluationsOptions;
}

class PageBody {
  @ApiPropertyOptional({ description: 'The next_token of the page before.' })
  readonly token?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 100, description: 'Results at most.' })
  readonly limit?: number;
}

class SearchBody extends WithContext {
  @ApiPropertyOptional({ type: PageBody })
  readonly page?: PageBody;
}

@ApiSchema({ name: 'AuthzenSubjectSearch' })
export class SubjectSearchBody extends SearchBody {
  @ApiProperty({ type: SearchedSubject })
  readonly subject!: SearchedSubject;

  @ApiProperty({ type: Action })
  readonly action!: Action;

  @ApiProperty({ type: Resource })
  readonly resource!: Resource;
}

@ApiSchema({ name: 'AuthzenResourceSearch' })
export class ResourceSearchBody extends SearchBody {
  @ApiProperty({ type: Subject })
  readonly subject!: Subject;

  @ApiProperty({ type: Action })
  readonly action!: Action;

  @ApiProperty({ type: SearchedResource })
  readonly resource!: SearchedResource;
}

@ApiSchema({ name: 'AuthzenActionSearch' })
export class ActionSearchBody extends WithContext {
  @ApiProperty({ type: Subject })
  readonly subject!: Subject;

  @ApiProperty({ type: Resource })
  readonly resource!: Resource;
}

@ApiSchema({ name: 'AuthzenDecision' })
export class DecisionAnswer {
  @ApiProperty({ example: true })
  readonly decision!: boolean;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Why not, where that is not plain: `reason`, or `error` with `status` and `message`.',
  })
  readonly context?: object;
}

/** A single decision, or one for each item. */
@ApiSchema({ name: 'AuthzenDecisions' })
export class DecisionsAnswer {
  @ApiPropertyOptional({ description: 'Where the request had no evaluations.' })
  readonly decision?: boolean;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  readonly context?: object;

  @ApiPropertyOptional({ type: [DecisionAnswer], description: 'In the order of the request.' })
  readonly evaluations?: DecisionAnswer[];
}

class PageAnswer {
  @ApiProperty({ description: 'Empty where there is no further page.', example: '' })
  readonly next_token!: string;

  @ApiProperty({ type: 'integer', example: 1 })
  readonly count!: number;
}

class SearchAnswerBody {
  @ApiProperty({ type: PageAnswer })
  readonly page!: PageAnswer;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  readonly context?: object;
}

class FoundEntity {
  @ApiProperty({ example: 'user' })
  readonly type!: string;

  @ApiProperty({ description: 'An id of this server.', example: '0558a20c59000001' })
  readonly id!: string;
}

@ApiSchema({ name: 'AuthzenFoundEntities' })
export class EntitiesAnswer extends SearchAnswerBody {
  @ApiProperty({ type: [FoundEntity] })
  readonly results!: FoundEntity[];
}

class FoundAction {
  @ApiProperty({ enum: ACTIONS })
  readonly name!: string;
}

@ApiSchema({ name: 'AuthzenFoundActions' })
export class ActionsAnswer extends SearchAnswerBody {
  @ApiProperty({ type: [FoundAction] })
  readonly results!: FoundAction[];
}

@ApiSchema({ name: 'AuthzenConfiguration' })
class ConfigurationAnswer {
  @ApiProperty({ example: 'https://scim.example.com' })
  readonly policy_decision_point!: string;

  @ApiProperty({ example: 'https://scim.example.com/access/v1/evaluation' })
  readonly access_evaluation_endpoint!: string;

  @ApiProperty({ example: 'https://scim.example.com/access/v1/evaluations' })
  readonly access_evaluations_endpoint!: string;

  @ApiProperty({ example: 'https://scim.example.com/access/v1/search/subject' })
  readonly search_subject_endpoint!: string;

  @ApiProperty({ example: 'https://scim.example.com/access/v1/search/resource' })
  readonly search_resource_endpoint!: string;

  @ApiProperty({ example: 'https://scim.example.com/access/v1/search/action' })
  readonly search_action_endpoint!: string;
}

export interface AuthzenOperation {
  readonly scope: PlatformScope;
  /** Its operationId; that of the form with a company in its path has `OfCompany` behind. */
  readonly id: string;
  readonly summary: string;
  readonly body: { readonly type: Type; readonly example: object };
  readonly answer: Type;
}

const REFUSALS = [400, 401, 403, 404, 408, 413, 415, 429, 503];

/** What a route needs, and how it is documented. */
export function Operation(
  { scope, id, summary, body, answer }: AuthzenOperation,
  ofCompany: boolean,
): MethodDecorator {
  const operationId = ofCompany ? `${id}OfCompany` : id;
  return applyDecorators(
    NeedsScope(scope),
    SetMetadata(OPERATION, operationId),
    HttpCode(200),
    ApiOperation({ operationId, summary: ofCompany ? `${summary}, of a company` : summary }),
    ...(ofCompany ? [CompanyInPath()] : []),
    ApiBody({ type: body.type, examples: { example: { summary: 'Example', value: body.example } } }),
    ApiResponse({ status: 200, description: 'OK', type: answer }),
    ...REFUSALS.map((status) =>
      ApiResponse({
        status,
        description: STATUS_CODES[status] ?? '',
        content: { 'text/plain': { schema: { type: 'string' } } },
      }),
    ),
  );
}

const CompanyInPath = (): MethodDecorator =>
  ApiParam({ name: 'company', description: 'Its slug or its id.', example: 'acme' });

/** How metadata is documented. */
export const DocumentedConfiguration = (
  operationId: string,
  summary: string,
  ofCompany = false,
): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId, summary, security: [] }),
    ...(ofCompany ? [CompanyInPath()] : []),
    ApiResponse({ status: 200, description: 'OK', type: ConfigurationAnswer }),
  );
