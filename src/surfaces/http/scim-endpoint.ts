import { type Exchange } from './exchange.js';
import { ResourceEndpoint } from './resource-endpoint.js';
import { type Answered, type Groups, type Kind, type Users, withoutMembers } from './resource-format.js';
import { type ScimFormat, type ScimView } from './scim-format.js';

/** The endpoint of a surface that answers in the form of RFC 7643: search by POST, and 304 where nothing changed. */
abstract class ScimEndpoint<K extends Kind> extends ResourceEndpoint<K, ScimView, ScimFormat<K>> {
  /** RFC 7644 §3.4.3: a list whose parameters stand in the body. */
  async search(exchange: Exchange): Promise<void> {
    await this.answerList(exchange, await this.format.search(exchange));
  }

  /** RFC 7644 §3.5.2: a PATCH that names `attributes` is answered with 200, never 204. */
  protected override async answerUnread(
    exchange: Exchange,
    status: 200 | 201,
    answered: Answered<K>,
    view: ScimView,
  ): Promise<void> {
    if (exchange.request.query['attributes'] === undefined)
      return super.answerUnread(exchange, status, answered, view);
    await this.format.answer(exchange, status, withoutMembers(answered), { ...view, minimal: false });
  }
}

export class ScimUsersEndpoint extends ScimEndpoint<Users> {
  protected override async findToAnswer(
    exchange: Exchange,
    id: string,
    view: ScimView,
  ): Promise<Users['stored'] | undefined> {
    const user = await this.find(exchange, id, view);
    return this.format.answersUnchanged(exchange, user) ? undefined : user;
  }
}

export class ScimGroupsEndpoint extends ScimEndpoint<Groups> {
  /** `If-None-Match` is judged without the members, which an unchanged group need not be read for. */
  protected override async findToAnswer(
    exchange: Exchange,
    id: string,
    view: ScimView,
  ): Promise<Groups['stored'] | undefined> {
    if (exchange.request.get('if-none-match') !== undefined) {
      const group = await this.withoutMembers(exchange, id);
      if (this.format.answersUnchanged(exchange, group)) return undefined;
    }
    return this.find(exchange, id, view);
  }

  protected withoutMembers({ scope }: Exchange, id: string): Promise<Groups['stored']> {
    return this.service.get(scope, this.format.id(id), { members: false });
  }
}
