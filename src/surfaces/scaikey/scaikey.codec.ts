import { Inject, Injectable } from '@nestjs/common';
import { type Request } from 'express';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { type ListLimits, parseListQuery, withinPages } from '../../protocol/message/list-query.js';
import { type ListParameters } from '../../protocol/message/list-request.js';
import { type Projection } from '../../protocol/message/projection.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { AnswerWriter } from '../http/answer.writer.js';
import { contentTypeOf } from '../http/media-types.js';
import { ResourceCodec } from '../http/resource.codec.js';
import { RequestValidationError } from './request-validation.error.js';
import { SCAIKEY_SURFACE } from './scaikey.surface.js';
import { Validation } from './validation.js';

/** The default and the maximum of `count`. */
export const PAGE = { defaultCount: 100, maxCount: 1000 };

export const FEATURES = { bulk: true, sort: true, maxResults: PAGE.maxCount };

const INTEGERS = ['startIndex', 'count'];

/** The wire format of ScaiKey. */
@Injectable()
export class ScaikeyCodec extends ResourceCodec {
  private readonly page: ListLimits;

  constructor(@Inject(SETTINGS) settings: Settings, schemas: SchemaRegistry, writer: AnswerWriter) {
    const page = withinPages(PAGE, settings.maxPageSize);
    super(settings, schemas, writer, {
      mount: SCAIKEY_SURFACE.mount,
      page,
      contentType: (request) => contentTypeOf(request, SCAIKEY_SURFACE.writes),
    });
    this.page = page;
  }

  /** Links have the company's slug, also where the request had its id. */
  override baseUri(request: Request): string {
    const { company } = request as AuthenticatedRequest;
    return super.baseUri(request).replace(/:tenant_id(?=\/scim\/v2$)/, company.slug);
  }

  /**
   * As in the documented server, the last value of a repeated parameter counts.
   *
   * @throws RequestValidationError 422 for a number that is none
   */
  override readListQuery(request: Request): ListParameters {
    const validation = new Validation();
    const query = lastValues(request.query);
    const numbers = INTEGERS.map((name) => [name, validation.readInteger(query[name], name)] as const);
    if (validation.items.length > 0) throw new RequestValidationError(validation.items);
    return parseListQuery({ ...query, ...Object.fromEntries(numbers) }, this.page);
  }

  override readProjection(request: Request, type: ResourceType['name'], dialect: Dialect): Projection {
    return this.projectionOf(lastValues(request.query), type, dialect);
  }
}

function lastValues(query: Request['query']): Record<string, string | undefined> {
  const entries = Object.entries(query).map(([name, value]) => [name, [value].flat().at(-1)] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
