import { Inject, Injectable } from '@nestjs/common';
import { type Request } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { invalidSyntax, invalidValue } from '../../protocol/error/scim-error.js';
import { numberIn, type Json, type JsonObject } from '../../protocol/json.js';
import { withinPages } from '../../protocol/message/list-query.js';
import { type ListParameters } from '../../protocol/message/list-request.js';
import { isSearchRequest, searchParameters } from '../../protocol/message/search-request.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { AnswerWriter } from '../http/answer.writer.js';
import { SCIM_JSON } from '../http/media-types.js';
import { ResourceCodec } from '../http/resource.codec.js';
import { PARADIGM_SURFACE } from './paradigm.surface.js';

/** The default and the maximum of `count`. */
export const PAGE = { defaultCount: 50, maxCount: 200 };

export const FEATURES = { bulk: false, sort: true, maxResults: PAGE.maxCount };

/** The wire format of the documented API; requests that carry a group are read in `group-request.ts`. */
@Injectable()
export class ParadigmCodec extends ResourceCodec {
  constructor(@Inject(SETTINGS) settings: Settings, schemas: SchemaRegistry, writer: AnswerWriter) {
    super(settings, schemas, writer, {
      mount: PARADIGM_SURFACE.mount,
      page: withinPages(PAGE, settings.maxPageSize),
      contentType: () => SCIM_JSON,
      completeGroup: (head) => ({ ...head, externalId: head['externalId'] ?? '' }),
    });
  }

  /** Numbers out of range are refused as documented, although RFC 7644 §3.4.2.4 takes the nearest allowed ones. */
  override readListQuery(request: Request): ListParameters {
    checkPage(request.query);
    return super.readListQuery(request);
  }

  /** Refuses a body that is no SearchRequest with the documented text, and numbers out of range. */
  override readSearchRequest(body: JsonObject): ListParameters {
    if (!isSearchRequest(body)) throw invalidSyntax('Invalid schema uri. Must be SearchRequest.');
    checkPage(searchParameters(body));
    return super.readSearchRequest(body);
  }
}

function checkPage(parameters: Readonly<Record<string, unknown>>): void {
  for (const name of ['startIndex', 'count']) {
    const value = parameters[name];
    const given = typeof value === 'string' ? value : numberIn(value as Json | undefined);
    if (given === undefined) continue;
    if (!/^-?\d+$/.test(String(given)))
      throw invalidValue(`Invalid pagination values: ${name} must be an integer, such as 100`);
    if (name === 'startIndex' && Number(given) < 1) throw invalidValue('Invalid startIndex (must be >= 1)');
    if (name === 'count' && Number(given) < 0) throw invalidValue('Negative indexing is not supported.');
  }
}
