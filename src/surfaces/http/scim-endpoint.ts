import { versionTag } from '../../protocol/resource/version.js';
import { type Exchange } from './exchange.js';
import { isUnchanged } from './precondition.js';
import { ResourceEndpoint } from './resource-endpoint.js';
import { type Groups, type Kind, type Users } from './resource-format.js';
import { type ScimFormat, type ScimView } from './scim-format.js';

/** The endpoint of a surface that answers in the form of RFC 7643: search by POST, and 304 where nothing changed. */
export abstract class ScimEndpoint<K extends Kind> extends ResourceEndpoint<K, ScimView, ScimFormat<K>> {
  /** RFC 7644 §3.4.3: a list whose parameters stand in the body. */
  async search(exchange: Exchange): Promise<void> {
    const { request, read, view } = await this.format.search(exchange);
    const page = await this.service.list(exchange.scope, request, read);
    await this.format.answerList(exchange, page, request, view);
  }
}

export class ScimUsersEndpoint extends ScimEndpoint<Users> {
  override async get(exchange: Exchange, id: string): Promise<void> {
    const view = this.format.view(exchange);
    const resource = await this.service.get(exchange.scope, this.format.id(id), this.format.read(view));
    if (answeredUnchanged(exchange, versionTag(resource))) return;
    await this.format.answer(exchange, 200, { resource }, view);
  }
}

export class ScimGroupsEndpoint extends ScimEndpoint<Groups> {
  /** `If-None-Match` is judged without the members, which an unchanged group need not be read for. */
  override async get(exchange: Exchange, id: string): Promise<void> {
    const view = this.format.view(exchange);
    if (exchange.request.get('if-none-match') !== undefined) {
      if (answeredUnchanged(exchange, await this.tagOf(exchange, id))) return;
    }
    const resource = await this.service.get(exchange.scope, this.format.id(id), this.format.read(view));
    await this.format.answer(exchange, 200, { resource }, view);
  }

  protected async tagOf({ scope }: Exchange, id: string): Promise<string> {
    return versionTag(await this.service.get(scope, this.format.id(id), { members: false }));
  }
}

/** Answers 304 where the request's `If-None-Match` names the tag (RFC 9110 §15.4.5), and says whether it did. */
export function answeredUnchanged({ request, response }: Exchange, tag: string): boolean {
  if (!isUnchanged(request, tag)) return false;
  response.status(304).setHeader('ETag', tag).end();
  return true;
}
