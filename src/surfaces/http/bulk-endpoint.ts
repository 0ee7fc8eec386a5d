import { type Settings } from '../../config/settings.js';
import { type Json, type JsonObject } from '../../protocol/json.js';
import { parseBulkRequest, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { type BulkService } from '../../scim/bulk/bulk.service.js';
import { type RequestBody } from '../../scim/request-body.js';
import { encodeBulkResponse, noteBulk, type BulkAnswer } from './bulk.codec.js';
import { type Exchange } from './exchange.js';
import { type RequestWithBytes } from './request-body.interceptor.js';
import { type ResourceCodec } from './resource.codec.js';

/** How a surface reads a job and answers its operations, beside what {@link BulkAnswer} says. */
export interface BulkForm extends Omit<BulkAnswer, 'locations'> {
  /** The BulkRequest. @throws ScimError 400, 415 or 422 for what is none */
  readJob(request: RequestWithBytes): Promise<JsonObject>;
  /** The body of an operation; a refusal that is thrown is judged before 404, one that is returned after it. */
  readBody(target: BulkTarget, data: Json | undefined): RequestBody | Promise<RequestBody>;
}

/** RFC 7644 §3.7: a job of many operations, each with the answer that its single request would have. */
export class BulkEndpoint {
  constructor(
    private readonly bulk: BulkService,
    private readonly codec: ResourceCodec,
    private readonly settings: Settings,
    private readonly form: BulkForm,
  ) {}

  async run({ scope, caller: { dialect }, request, response }: Exchange): Promise<void> {
    const { maxOperations } = this.settings;
    const locations = this.codec.locations(request);
    const job = parseBulkRequest(await this.form.readJob(request), { dialect, maxOperations });
    const readBody: BulkForm['readBody'] = (target, data) => this.form.readBody(target, data);
    const steps = await this.bulk.run(scope, job, { dialect, maxOperations, locations, readBody });
    noteBulk(request.facts, steps, (target) => this.form.statusOf(target));
    const answer = encodeBulkResponse(steps, {
      locations,
      statusOf: (target) => this.form.statusOf(target),
      errorBody: (error) => this.form.errorBody(error),
    });
    await this.codec.sendDocument(request, response, answer);
  }
}
