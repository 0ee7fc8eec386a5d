import { Inject, Injectable } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { parseListQuery } from '../../protocol/message/list-query.js';
import { type ListParameters } from '../../protocol/message/list-request.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { locationsBelow, type ResourceLocations } from '../../protocol/resource/representation.js';
import { type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type StorePage } from '../../scim/lists/list-plan.js';
import { type AnswerText, resourceText } from '../http/answer.js';
import { AnswerWriter } from '../http/answer.writer.js';
import { publicBaseUri } from '../http/base-uri.js';
import { contentTypeOf } from '../http/media-types.js';
import { setContentLocation } from '../http/resource.codec.js';
import { OUD_SURFACE } from './oud.surface.js';
import { encodeGroup, encodeMember, encodeUser, type Entry } from './entry.encoder.js';

/** Without `count` a list is whole. */
const NO_LIMIT = { defaultCount: Number.MAX_SAFE_INTEGER, maxCount: Number.MAX_SAFE_INTEGER };

/** Reads requests and writes answers in the wire format of OUD. */
@Injectable()
export class OudCodec {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly schemas: SchemaRegistry,
    private readonly writer: AnswerWriter,
  ) {}

  /** URI that resource endpoints are appended to. */
  baseUri(request: Request): string {
    return `${publicBaseUri(request, this.settings)}/${OUD_SURFACE.mount}`;
  }

  /** Where this client finds users and groups. */
  locations(request: Request): ResourceLocations {
    return locationsBelow(this.baseUri(request));
  }

  readListQuery(request: Request): ListParameters {
    return parseListQuery(request.query, NO_LIMIT);
  }

  async sendGroup(request: Request, response: Response, status: number, group: StoredGroup): Promise<void> {
    await this.sendOne(
      request,
      response,
      status,
      encodeGroup(group, this.schemas.group, this.locations(request)),
    );
  }

  async sendUser(request: Request, response: Response, status: number, user: StoredUser): Promise<void> {
    await this.sendOne(
      request,
      response,
      status,
      encodeUser(user, this.schemas.user, this.locations(request)),
    );
  }

  async sendGroups(request: Request, response: Response, page: StorePage<StoredGroup>): Promise<void> {
    const locations = this.locations(request);
    const entries = mapEntries(page.resources, (group) => encodeGroup(group, this.schemas.group, locations));
    await this.sendEntries(request, response, 200, entries, totalToTell(request, page));
  }

  async sendUsers(request: Request, response: Response, page: StorePage<StoredUser>): Promise<void> {
    const locations = this.locations(request);
    const entries = mapEntries(page.resources, (user) => encodeUser(user, this.schemas.user, locations));
    await this.sendEntries(request, response, 200, entries, totalToTell(request, page));
  }

  /** Answers with a list of discovery documents, in the wrapper of all lists. */
  async sendDocuments(request: Request, response: Response, documents: readonly JsonObject[]): Promise<void> {
    const { length: totalResults } = documents;
    await this.sendDocument(request, response, {
      schemas: LIST_RESPONSE_SCHEMA,
      totalResults,
      Resources: documents,
    });
  }

  /** Answers with one discovery document, without wrapper. */
  async sendDocument(request: Request, response: Response, document: JsonObject): Promise<void> {
    setType(request, response);
    setContentLocation(response, document);
    await this.writer.send(response, 200, resourceText({ head: document, members: undefined }, encodeMember));
  }

  /** 204 for a resource that was changed and can't be shown. */
  sendEmpty(request: Request, response: Response, type: 'User' | 'Group', id: string): void {
    setType(request, response);
    response.setHeader('Content-Location', this.locations(request).location(type, id));
    response.status(204).end();
  }

  /** RFC 7643 §3.1: `Content-Location` is the same as `meta.location`. */
  private async sendOne(request: Request, response: Response, status: number, entry: Entry): Promise<void> {
    const { location } = entry.head.meta;
    response.setHeader('Content-Location', location);
    if (status === 201) response.setHeader('Location', location);
    await this.sendEntries(request, response, status, [entry], 1);
  }

  private async sendEntries(
    request: Request,
    response: Response,
    status: number,
    entries: AsyncIterable<Entry> | readonly Entry[],
    totalResults: number | undefined,
  ): Promise<void> {
    setType(request, response);
    await this.writer.send(response, status, wrapperText(entries, totalResults));
  }
}

function setType(request: Request, response: Response): void {
  response.setHeader('Content-Type', contentTypeOf(request, OUD_SURFACE.writes));
}

/** `totalResults` of a page; undefined for a whole list, whose entries are counted while they are written. */
function totalToTell({ query }: Request, { totalResults }: StorePage<unknown>): number | undefined {
  return query['startIndex'] === undefined && query['count'] === undefined ? undefined : totalResults;
}

/** The wrapper of every answer with entries; undefined as `totalResults` means the number of entries. */
async function* wrapperText(
  entries: AsyncIterable<Entry> | readonly Entry[],
  totalResults: number | undefined,
): AnswerText {
  yield `${JSON.stringify({ schemas: LIST_RESPONSE_SCHEMA }).slice(0, -1)},"Resources":[`;
  let returned = 0;
  for await (const entry of entries) {
    if (returned > 0) yield ',';
    returned += 1;
    yield* entryText(entry);
  }
  yield `],"totalResults":${totalResults ?? returned}}`;
}

async function* entryText({ head, coreUrn, core, members, extensions }: Entry): AnswerText {
  yield `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(coreUrn)}:`;
  yield* resourceText({ head: core, members }, encodeMember);
  const rest = JSON.stringify(extensions).slice(1);
  yield rest === '}' ? rest : `,${rest}`;
}

async function* mapEntries<T>(
  resources: AsyncIterable<T> | readonly T[],
  encode: (resource: T) => Entry,
): AsyncGenerator<Entry> {
  for await (const resource of resources) yield encode(resource);
}
