import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Response } from 'express';
import { hasOwnSecretsKey, type ServiceSettings } from '../config/settings.js';
import { HIDDEN } from '../protocol/text/plain-text.js';
import { RepeatedTask } from '../scim/repeated-task.js';
import { type Answered, statusOf, whenExplained } from '../surfaces/http/answered.js';
import { type DirectedRequest } from '../surfaces/http/destination.middleware.js';
import { type RequestObserver } from '../surfaces/http/observe-requests.middleware.js';
import { type RequestWithBytes } from '../surfaces/http/request-body.interceptor.js';
import { outsideOfSpans } from '../tracing/tracing.js';
import { type SecretBox } from '../webhooks/secret-box.js';
import { CapturedAnswer } from './captured-answer.js';
import { maskSecrets } from './mask-secrets.js';
import {
  MOST_OF_BODY,
  type RecordedBody,
  type RecordedContent,
  type RecordedHead,
  sealedFor,
} from './recorded-request.js';
import { type Recording, type RecordingsStore, type SealedRequest } from './recordings.store.js';
import { SecretNames } from './secret-names.js';

/** How often each process looks which companies are recorded, in milliseconds. */
const LOOK_MS = 2000;
/** How long a request waits for others, to be written with them. */
const DELAY_MS = 500;
/** How many requests, and bytes of their bodies, wait at once. Further requests are counted, and not kept. */
const MOST_WAITING = 200;
const MOST_BYTES_WAITING = 8 * 1024 * 1024;
/** How many of a recording are kept that were refused before anybody looked at them, so that a flood does not use it up. */
const MOST_PUT_OFF = 10;
/** How many are written by one statement. */
const BATCH_SIZE = 50;

interface Bytes {
  readonly begin: Buffer;
  readonly bytes: number;
}

/** A request as it came, whose answer has ended. */
interface WaitingRequest extends RecordedHead {
  readonly at: Date;
  readonly requestId: string;
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Bytes | undefined;
  readonly answer: Bytes | undefined;
}

/** What waits of one recording. */
interface Waiting {
  readonly recording: Recording;
  readonly requests: WaitingRequest[];
  leftOut: number;
}

/**
 * Records the requests of companies that want it, on all surfaces. A request is masked, sealed and written behind its answer,
 * and neither waits for that nor fails with it. Where no company is recorded, it costs a look at an empty map.
 */
export class RequestRecorder implements RequestObserver, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RequestRecorder.name);
  private readonly names: SecretNames;
  /** The recordings under way, by the slug of their company. */
  private recordings: ReadonlyMap<string, Recording> = new Map();
  private readonly answers = new WeakMap<DirectedRequest, CapturedAnswer>();
  /** By the ids of company and recording. */
  private waiting = new Map<string, Waiting>();
  /** How many were refused before anybody looked at them, by the ids of company and recording. */
  private putOff = new Map<string, number>();
  private size = 0;
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private looking: RepeatedTask | undefined;

  constructor(
    private readonly store: RecordingsStore,
    private readonly secrets: SecretBox,
    private readonly settings: ServiceSettings,
  ) {
    this.names = new SecretNames(settings.schemas);
  }

  /** Without `SECRETS_KEY` no recording can begin, so there is nothing to look for. */
  onApplicationBootstrap(): void {
    if (!hasOwnSecretsKey(this.settings)) return;
    this.looking = new RepeatedTask(() => outsideOfSpans(() => this.look()), {
      first: 0,
      interval: LOOK_MS,
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.looking?.stop();
    await this.flush();
  }

  /** Looks at once which companies are recorded. It never rejects. */
  async look(): Promise<void> {
    try {
      const found = await this.store.findUnderWay();
      this.recordings = new Map(found.map((recording) => [recording.slug, recording]));
      const underWay = new Set(found.map(keyOf));
      this.putOff = new Map([...this.putOff].filter(([key]) => underWay.has(key)));
    } catch {
      // Known recordings go on until their end. That the database is away is logged elsewhere.
    }
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    this.send();
    await this.writing;
  }

  begin(request: DirectedRequest, response: Response): void {
    if (this.recordings.size === 0) return;
    const isWanted = (): boolean => {
      const { destination, facts } = request;
      // To which company a refused credential belongs is known only after the answer.
      return destination !== undefined && (facts.company === undefined || this.recordings.has(facts.company));
    };
    this.answers.set(request, new CapturedAnswer(response, isWanted));
  }

  write(answered: Answered): void {
    const { request } = answered;
    const answer = this.answers.get(request);
    if (answer === undefined || request.destination === undefined) return;
    whenExplained(answered, (refused) => {
      const recording = this.recordings.get(request.facts.company ?? refused?.company ?? '');
      if (recording !== undefined) this.note(recording, answered, answer);
    });
  }

  private note(
    recording: Recording,
    { request, response, durationMs }: Answered,
    answer: CapturedAnswer,
  ): void {
    const at = new Date(Date.now() - durationMs);
    if (at >= recording.ends) return;
    const key = keyOf(recording);
    const waiting = this.waiting.get(key) ?? { recording, requests: [], leftOut: 0 };
    this.waiting.set(key, waiting);
    this.timer ??= setTimeout(() => outsideOfSpans(() => this.send()), DELAY_MS).unref();
    if (isPutOff(request)) {
      const before = this.putOff.get(key) ?? 0;
      this.putOff.set(key, before + 1);
      if (before >= MOST_PUT_OFF) {
        waiting.leftOut += 1;
        return;
      }
    }
    const { bytes: sent } = request as RequestWithBytes;
    const status = request.facts.status ?? statusOf(response);
    const recorded: WaitingRequest = {
      at,
      requestId: request.facts.requestId,
      status,
      method: request.method,
      path: request.originalUrl,
      rawHeaders: request.rawHeaders,
      body: sent && { begin: Buffer.from(sent.subarray(0, MOST_OF_BODY)), bytes: sent.length },
      answer: hasNoBody(request.method, status) ? undefined : { begin: answer.begin, bytes: answer.bytes },
    };
    if (this.size >= MOST_WAITING || this.bytes + sizeOf(recorded) > MOST_BYTES_WAITING) {
      waiting.leftOut += 1;
      return;
    }
    this.size += 1;
    this.bytes += sizeOf(recorded);
    waiting.requests.push(recorded);
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const gathered = [...this.waiting.values()];
    this.waiting = new Map();
    if (gathered.length === 0) return;
    this.writing = this.writing.then(async () => {
      for (const each of gathered) await this.keep(each);
    });
  }

  private async keep({ recording, requests, leftOut }: Waiting): Promise<void> {
    let missed = leftOut;
    try {
      for (let start = 0; start === 0 || start < requests.length; start += BATCH_SIZE) {
        const batch = requests.slice(start, start + BATCH_SIZE);
        const sealed: SealedRequest[] = [];
        for (const request of batch) {
          sealed.push(await this.seal(recording, request));
          await nextTurn();
        }
        const goesOn = await this.store.keep(recording, sealed, missed);
        missed = 0;
        if (!goesOn) this.forget(recording);
      }
    } catch (error) {
      this.logger.warn(
        `recorded requests could not be kept: ${error instanceof Error ? error.message : 'for no known reason'}`,
      );
    } finally {
      this.size -= requests.length;
      this.bytes -= requests.reduce((sum, request) => sum + sizeOf(request), 0);
    }
  }

  private forget({ id, slug }: Recording): void {
    if (this.recordings.get(slug)?.id !== id) return;
    this.recordings = new Map([...this.recordings].filter(([each]) => each !== slug));
  }

  private async seal(
    { companyId, id }: Recording,
    { at, requestId, status, method, path, rawHeaders, body, answer }: WaitingRequest,
  ): Promise<SealedRequest> {
    const texts = {
      path,
      headers: inPairs(rawHeaders),
      body: body && textOf(body),
      answer: answer && textOf(answer),
    };
    const masked = maskSecrets(texts, this.names);
    const head: RecordedHead = { method, path: masked.path };
    const content: RecordedContent = {
      headers: masked.headers,
      body: bodyOf(masked.body, body),
      answer: bodyOf(masked.answer, answer),
    };
    const subject = sealedFor(companyId, id);
    return {
      at,
      requestId,
      status,
      head: await this.secrets.seal(JSON.stringify(head), subject),
      content: await this.secrets.seal(JSON.stringify(content), subject),
    };
  }
}

const keyOf = ({ companyId, id }: Recording): string => `${companyId} ${id}`;

const isPutOff = ({ facts: { reason } }: DirectedRequest): boolean => reason === 'rate' || reason === 'busy';

const sizeOf = ({ body, answer }: WaitingRequest): number =>
  (body?.begin.length ?? 0) + (answer?.begin.length ?? 0);

const hasNoBody = (method: string, status: number): boolean =>
  method === 'HEAD' || status === 204 || status === 304;

const inPairs = (raw: readonly string[]): [name: string, value: string][] =>
  raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));

/** Bytes that are no text can't be searched for secrets, and are not kept. */
function textOf({ begin, bytes }: Bytes): { readonly text: string; readonly cut: boolean } {
  const cut = bytes > begin.length;
  return { text: begin.includes(0) ? HIDDEN : new TextDecoder().decode(begin, { stream: cut }), cut };
}

function bodyOf(
  masked: { readonly text: string; readonly cut: boolean } | undefined,
  sent: Bytes | undefined,
): RecordedBody | null {
  return masked && sent ? { ...masked, bytes: sent.bytes } : null;
}
