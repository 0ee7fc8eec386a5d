import { type Outcome } from '../../scim/request-target.js';
import { type Exchange } from './exchange.js';
import { noteOutcome } from './note-outcome.js';
import { readPrecondition } from './precondition.js';
import {
  type Answered,
  type Kind,
  type RequestedList,
  type ResourceFormat,
  type ResourceService,
  withoutMembers,
} from './resource-format.js';

/** Headers that an answer which could not be made may have set already. */
const HEADERS_OF_ANSWER = [
  'Content-Type',
  'Content-Length',
  'Content-Location',
  'ETag',
  'Preference-Applied',
];

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
    await this.answerList(exchange, this.format.list(exchange));
  }

  async get(exchange: Exchange, id: string): Promise<void> {
    const view = this.format.view(exchange);
    const resource = await this.findToAnswer(exchange, id, view);
    if (resource) await this.format.answer(exchange, 200, { resource }, view);
  }

  async create(exchange: Exchange): Promise<void> {
    const { write, view } = await this.format.write(exchange, 'create');
    const outcome = await this.service.create(exchange.scope, { read: this.format.read(view), ...write });
    await this.answer(exchange, 201, outcome, view);
  }

  async replace(exchange: Exchange, id: string): Promise<void> {
    const known = this.format.id(id);
    const { write, view } = await this.format.write(exchange, 'replace');
    const precondition = readPrecondition(exchange.request);
    const asked = { read: this.format.read(view), precondition, ...write };
    await this.answer(exchange, 200, await this.service.replace(exchange.scope, known, asked), view);
  }

  async patch(exchange: Exchange, id: string): Promise<void> {
    const known = this.format.id(id);
    const { patch, view } = await this.format.patch(exchange);
    const precondition = readPrecondition(exchange.request);
    const asked = { read: this.format.read(view), precondition, ...patch };
    await this.answer(exchange, 200, await this.service.patch(exchange.scope, known, asked), view);
  }

  async delete({ scope, request, response }: Exchange, id: string): Promise<void> {
    await this.service.delete(scope, this.format.id(id), readPrecondition(request));
    response.status(204).end();
  }

  /** The resource that a read is answered with; undefined where it has been answered without. */
  protected findToAnswer(exchange: Exchange, id: string, view: View): Promise<K['stored'] | undefined> {
    return this.find(exchange, id, view);
  }

  protected find({ scope }: Exchange, id: string, view: View): Promise<K['stored']> {
    return this.service.get(scope, this.format.id(id), this.format.read(view));
  }

  protected async answerList(
    exchange: Exchange,
    { request, read, view }: RequestedList<K, View>,
  ): Promise<void> {
    const page = await this.service.list(exchange.scope, request, read);
    await this.format.answerList(exchange, page, request, view);
  }

  protected async answer(
    exchange: Exchange,
    status: 200 | 201,
    outcome: Outcome<K['stored']>,
    view: View,
  ): Promise<void> {
    noteOutcome(exchange.request, outcome);
    await this.confirm(exchange, status, outcome, view, () =>
      this.format.answer(exchange, status, outcome, view),
    );
  }

  /**
   * Answers a write that was committed. Where the answer can't be made, for whatever reason, the client still has to
   * learn that its write was carried out: it would repeat it otherwise.
   */
  protected async confirm(
    exchange: Exchange,
    status: 200 | 201,
    answered: Answered<K>,
    view: View,
    answer: () => Promise<void>,
  ): Promise<void> {
    const { request, response } = exchange;
    try {
      await answer();
    } catch (error) {
      if (response.headersSent || response.destroyed) throw error;
      request.facts.fault = error;
      for (const header of HEADERS_OF_ANSWER) response.removeHeader(header);
      await this.answerUnread(exchange, status, answered, view);
    }
  }

  /** 201 with the resource but for its members, so that the client learns its id; 204 in place of 200. */
  protected async answerUnread(
    exchange: Exchange,
    status: 200 | 201,
    answered: Answered<K>,
    view: View,
  ): Promise<void> {
    if (status === 201) await this.format.answer(exchange, 201, withoutMembers(answered), view);
    else this.format.answerEmpty(exchange, answered);
  }
}
