import { Inject, Injectable } from '@nestjs/common';
import { type Request } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { invalidSyntax, invalidValue } from '../../protocol/error/scim-error.js';
import { type JsonObject } from '../../protocol/json.js';
import { type ListQuery } from '../../protocol/message/list-query.js';
import { isSearchRequest, searchParameters } from '../../protocol/message/search-request.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { SCIM_JSON } from '../http/media-types.js';
import { ResourceCodec } from '../http/resource.codec.js';
import { PARADIGM_SURFACE } from './paradigm.surface.js';

/** Resources on a page, where the request names no `count` and at most. */
export const PAGE = { defaultCount: 50, maxCount: 200 };

export const FEATURES = { bulk: false, sort: true, maxResults: PAGE.maxCount };

/** The wire format of the documented API; requests that carry a group are read in `group-request.ts`. */
@Injectable()
export class ParadigmCodec extends ResourceCodec {
  constructor(@Inject(SETTINGS) settings: Settings, schemas: SchemaRegistry) {
    super(settings, schemas, {
      mount: PARADIGM_SURFACE.mount,
      page: PAGE,
      contentType: () => SCIM_JSON,
      completeGroup: (head) => ({ ...head, externalId: head['externalId'] ?? '' }),
    });
  }

  /** Numbers out of range are refused here, where RFC 7644 §3.4.2.4 would correct them. */
  override readListQuery(request: Request): ListQuery {
    checkPage(request.query);
    return super.readListQuery(request);
  }

  /** Refuses in the documented words what is no SearchRequest, and numbers as above. */
  override readSearchRequest(body: JsonObject): ListQuery {
    if (!isSearchRequest(body)) throw invalidSyntax('Invalid schema uri. Must be SearchRequest.');
    checkPage(searchParameters(body));
    return super.readSearchRequest(body);
  }
}

function checkPage(parameters: Readonly<Record<string, unknown>>): void {
  for (const name of ['startIndex', 'count']) {
    const given = parameters[name];
    if (typeof given !== 'string' && typeof given !== 'number') continue;
    if (!/^-?\d+$/.test(String(given)))
      throw invalidValue(`Invalid pagination values: ${name} must be an integer, such as 100`);
    if (name === 'startIndex' && Number(given) < 1) throw invalidValue('Invalid startIndex (must be >= 1)');
    if (name === 'count' && Number(given) < 0) throw invalidValue('Negative indexing is not supported.');
  }
}
