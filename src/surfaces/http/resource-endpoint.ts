import { type Outcome } from '../../scim/request-target.js';
import { type Exchange } from './exchange.js';
import { logIgnored } from './log-ignored.js';
import { readPrecondition } from './precondition.js';
import { type Kind, type ResourceFormat, type ResourceService } from './resource-format.js';

/**
 * The operations of RFC 7644 §3 on one kind of resource, whatever the wire format: read the request, call the service,
 * write the answer. A surface whose document differs in procedure overrides an operation; one that differs in form
 * brings another {@link ResourceFormat}.
 */
export class ResourceEndpoint<
  K extends Kind,
  View,
  F extends ResourceFormat<K, View> = ResourceFormat<K, View>,
> {
  constructor(
    protected readonly service: ResourceService<K>,
    protected readonly format: F,
  ) {}

  async list(exchange: Exchange): Promise<void> {
    const { request, read, view } = this.format.list(exchange);
    const page = await this.service.list(exchange.scope, request, read);
    await this.format.answerList(exchange, page, request, view);
  }

  async get(exchange: Exchange, id: string): Promise<void> {
    const view = this.format.view(exchange);
    const resource = await this.service.get(exchange.scope, this.format.id(id), this.format.read(view));
    await this.format.answer(exchange, 200, { resource }, view);
  }

  async create(exchange: Exchange): Promise<void> {
    const { write, view } = await this.format.write(exchange, 'create');
    const outcome = await this.service.create(exchange.scope, { ...write, read: this.format.read(view) });
    await this.answer(exchange, 201, outcome, view);
  }

  async replace(exchange: Exchange, id: string): Promise<void> {
    const known = this.format.id(id);
    const { write, view } = await this.format.write(exchange, 'replace');
    const precondition = readPrecondition(exchange.request);
    const asked = { ...write, read: this.format.read(view), precondition };
    await this.answer(exchange, 200, await this.service.replace(exchange.scope, known, asked), view);
  }

  async patch(exchange: Exchange, id: string): Promise<void> {
    const known = this.format.id(id);
    const { patch, view } = await this.format.patch(exchange);
    const precondition = readPrecondition(exchange.request);
    const asked = { ...patch, read: this.format.read(view), precondition };
    await this.answer(exchange, 200, await this.service.patch(exchange.scope, known, asked), view);
  }

  async delete({ scope, request, response }: Exchange, id: string): Promise<void> {
    await this.service.delete(scope, this.format.id(id), readPrecondition(request));
    response.status(204).end();
  }

  protected async answer(
    exchange: Exchange,
    status: 200 | 201,
    outcome: Outcome<K['stored']>,
    view: View,
  ): Promise<void> {
    logIgnored(exchange.request, outcome.ignored);
    await this.format.answer(exchange, status, outcome, view);
  }
}
