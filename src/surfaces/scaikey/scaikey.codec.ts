import { Inject, Injectable } from '@nestjs/common';
import { type Request } from 'express';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { parseListQuery, type ListQuery } from '../../protocol/message/list-query.js';
import { type Projection } from '../../protocol/message/projection.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { contentTypeOf } from '../http/media-types.js';
import { ResourceCodec } from '../http/resource.codec.js';
import { RequestValidationError } from './request-validation.error.js';
import { SCAIKEY_SURFACE } from './scaikey.surface.js';
import { Validation } from './validation.js';

/** Resources on a page, where the request names no `count` and at most. */
export const PAGE = { defaultCount: 100, maxCount: 1000 };

export const FEATURES = { bulk: true, sort: true, maxResults: PAGE.maxCount };

const INTEGERS = ['startIndex', 'count'];

/** The wire format of ScaiKey. */
@Injectable()
export class ScaikeyCodec extends ResourceCodec {
  constructor(@Inject(SETTINGS) settings: Settings, schemas: SchemaRegistry) {
    super(settings, schemas, {
      mount: SCAIKEY_SURFACE.mount,
      page: PAGE,
      contentType: (request) => contentTypeOf(request, SCAIKEY_SURFACE.writes),
    });
  }

  /** Links name the company by its slug, whichever way the request named it. */
  override baseUri(request: Request): string {
    const { company } = request as AuthenticatedRequest;
    return super.baseUri(request).replace(/:tenant_id(?=\/scim\/v2$)/, company.slug);
  }

  /**
   * A parameter that is given twice has its last value, as in the documented server.
   * @throws RequestValidationError 422 for numbers that are none
   */
  override readListQuery(request: Request): ListQuery {
    const validation = new Validation();
    const query = lastValues(request.query);
    const numbers = INTEGERS.map((name) => [name, validation.readInteger(query[name], name)] as const);
    if (validation.items.length > 0) throw new RequestValidationError(validation.items);
    return parseListQuery({ ...query, ...Object.fromEntries(numbers) }, PAGE);
  }

  override readProjection(request: Request, type: ResourceType['name']): Projection {
    return this.projectionOf(lastValues(request.query), type);
  }
}

function lastValues(query: Request['query']): Record<string, string | undefined> {
  const entries = Object.entries(query).map(([name, value]) => [name, [value].flat().at(-1)] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
