import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { withinPages } from '../../protocol/message/list-query.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { CURSOR_TIMEOUT } from '../../scim/cursors/cursor-seal.js';
import { AnswerWriter } from '../http/answer.writer.js';
import { contentTypeOf } from '../http/media-types.js';
import { ResourceCodec } from '../http/resource.codec.js';
import { STANDARD_SURFACE } from './standard.surface.js';

/** Resources on a page, where the request names no `count` and at most. */
export const PAGE = { defaultCount: 100, maxCount: 1000, cursors: true };

export const FEATURES = {
  bulk: true,
  sort: true,
  clientCredentials: true,
  maxResults: PAGE.maxCount,
  pagination: { defaultPageSize: PAGE.defaultCount, cursorTimeout: CURSOR_TIMEOUT },
};

/** SCIM 2.0's own wire format. */
@Injectable()
export class StandardCodec extends ResourceCodec {
  constructor(@Inject(SETTINGS) settings: Settings, schemas: SchemaRegistry, writer: AnswerWriter) {
    super(settings, schemas, writer, {
      mount: STANDARD_SURFACE.mount,
      page: withinPages(PAGE, settings.maxPageSize),
      contentType: (request) => contentTypeOf(request, STANDARD_SURFACE.writes),
    });
  }
}
