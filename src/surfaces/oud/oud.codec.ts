import { Inject, Injectable } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { parseListQuery, type ListQuery } from '../../protocol/message/list-query.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { type ResourceLocations } from '../../protocol/resource/representation.js';
import { type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type StorePage } from '../../scim/lists/list-plan.js';
import { resourceText, sendText } from '../http/answer.js';
import { publicBaseUri } from '../http/base-uri.js';
import { contentTypeOf } from '../http/media-types.js';
import { OUD_SURFACE } from './oud.surface.js';
import { encodeGroup, encodeMember, encodeUser, type Entry } from './entry.encoder.js';

/** A list has no pages unless the request asks for a part of it. */
const NO_LIMIT = { defaultCount: Number.MAX_SAFE_INTEGER, maxCount: Number.MAX_SAFE_INTEGER };

/** Between the wire format of OUD and the services: what a request says, how an answer is written. */
@Injectable()
export class OudCodec {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly schemas: SchemaRegistry,
  ) {}

  /** URI that resource endpoints are appended to. */
  baseUri(request: Request): string {
    return `${publicBaseUri(request, this.settings)}/${OUD_SURFACE.mount}`;
  }

  /** Where this client finds users and groups. */
  locations(request: Request): ResourceLocations {
    const base = this.baseUri(request);
    return { location: (type, id) => `${base}/${type}s/${id}` };
  }

  readListQuery(request: Request): ListQuery {
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

  /** Discovery documents in the wrapper of every list here. */
  async sendDocuments(request: Request, response: Response, documents: readonly JsonObject[]): Promise<void> {
    const { length: totalResults } = documents;
    await this.sendDocument(request, response, {
      schemas: LIST_RESPONSE_SCHEMA,
      totalResults,
      Resources: documents,
    });
  }

  /** A discovery document as it is. */
  async sendDocument(request: Request, response: Response, document: JsonObject): Promise<void> {
    setType(request, response);
    await sendText(response, 200, resourceText({ head: document, members: undefined }, encodeMember));
  }

  private async sendOne(request: Request, response: Response, status: number, entry: Entry): Promise<void> {
    if (status === 201) response.setHeader('Location', entry.head.meta.location);
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
    await sendText(response, status, wrapperText(entries, totalResults));
  }
}

function setType(request: Request, response: Response): void {
  response.setHeader('Content-Type', contentTypeOf(request, OUD_SURFACE.writes));
}

/** Where everything is listed, the total is what was listed: undefined. */
function totalToTell({ query }: Request, { totalResults }: StorePage<unknown>): number | undefined {
  return query['startIndex'] === undefined && query['count'] === undefined ? undefined : totalResults;
}

/** The wrapper of every answer that holds entries; without `totalResults`, they are counted while they are written. */
async function* wrapperText(
  entries: AsyncIterable<Entry> | readonly Entry[],
  totalResults: number | undefined,
): AsyncGenerator<string> {
  yield `${JSON.stringify({ schemas: LIST_RESPONSE_SCHEMA }).slice(0, -1)},"Resources":[`;
  let returned = 0;
  for await (const entry of entries) {
    if (returned > 0) yield ',';
    returned += 1;
    yield* entryText(entry);
  }
  yield `],"totalResults":${totalResults ?? returned}}`;
}

async function* entryText({ head, coreUrn, core, members, extensions }: Entry): AsyncGenerator<string> {
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
