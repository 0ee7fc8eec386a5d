/** How a client introduces itself. */
export interface ClientProfile {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with a body, by some clients always. */
  readonly contentType: string;
  readonly contentTypeAlways: boolean;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** `{}` where the body is empty or no JSON object. */
  readonly body: JsonObject;
  readonly text: string;
}

/** What a client needs, and what it got. */
export interface Problem {
  readonly expected: string;
  readonly received: string;
}

export interface Difference extends Problem {
  /** What the client was doing. */
  readonly step: string;
  /** Method and path; empty where what was read back differs. */
  readonly request: string;
}

/** Tells what in an answer the client can't work with. */
export type Check = (answer: Answer) => readonly Problem[];

export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, encoded as the client encodes it. */
  readonly path: string;
  readonly body?: JsonObject;
  /** The statuses that the client takes for success. */
  readonly status: readonly number[];
  readonly check?: Check;
}

/** No answer at all: there is no use in going on. */
export class NoAnswerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoAnswerError';
  }
}

const SCIM_TYPE = /^application\/scim\+json\s*(;|$)/i;
/** Okta gives an answer up after this time. */
const PATIENCE = 60_000;
const QUOTED = 200;

/** Sends requests as one identity provider or another, and remembers every answer that it could not work with. */
export class ScimClient {
  readonly differences: Difference[] = [];
  /** Requests so far. */
  sent = 0;
  private step = '';

  /**
   * @param base Of the SCIM service, without a slash at its end.
   * @param interruption Aborts the request under way; its reason is thrown.
   */
  constructor(
    readonly base: string,
    private readonly token: string,
    private readonly interruption: AbortSignal,
    private profile: ClientProfile,
  ) {}

  /** What follows is sent by this client, for this purpose. */
  begin(profile: ClientProfile, step: string): void {
    this.profile = profile;
    this.step = step;
  }

  /** @throws NoAnswerError where the server can't be reached or takes longer than a minute. */
  async send(request: ScimRequest): Promise<Answer> {
    const answer = await this.fetch(request);
    const line = `${request.method} ${request.path}`;
    if (!request.status.includes(answer.status)) {
      this.report({ expected: `status ${request.status.join(' or ')}`, received: quoteAnswer(answer) }, line);
      return answer;
    }
    for (const problem of [...checkForm(answer), ...(request.check?.(answer) ?? [])]) {
      this.report(problem, line);
    }
    return answer;
  }

  /** Remembers a difference that no single answer shows. */
  report(problem: Problem, request = ''): void {
    this.differences.push({ step: this.step, request, ...problem });
  }

  private async fetch({ method, path, body }: ScimRequest): Promise<Answer> {
    const { headers, contentType, contentTypeAlways } = this.profile;
    this.sent += 1;
    try {
      const response = await fetch(`${this.base}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...headers,
          Authorization: `Bearer ${this.token}`,
          ...((body !== undefined || contentTypeAlways) && { 'Content-Type': contentType }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any([this.interruption, AbortSignal.timeout(PATIENCE)]),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: readObject(text), text };
    } catch (error) {
      this.interruption.throwIfAborted();
      throw new NoAnswerError(`${method} ${this.base}${path} was not answered: ${describeFailure(error)}`);
    }
  }
}

/** What every client needs of every answer. */
function checkForm({ status, headers, text, body }: Answer): Problem[] {
  if (status === 204) {
    return text === '' ? [] : [{ expected: 'no body with 204', received: quote(text) }];
  }
  const type = headers.get('content-type') ?? 'none';
  const problems: Problem[] = [];
  if (!SCIM_TYPE.test(type)) {
    problems.push({ expected: 'Content-Type application/scim+json', received: quote(type) });
  }
  if (!Array.isArray(body['schemas'])) {
    problems.push({ expected: 'an object with "schemas"', received: quote(text) });
  }
  return problems;
}

function readObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** True for a JSON object. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a multi-valued attribute. */
export const readObjects = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** Text from outside, short. */
export const quote = (text: string): string => (text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);

/** A value of an answer, as JSON. */
export const quoteValue = (value: unknown): string => quote(JSON.stringify(value) ?? 'nothing');

const quoteAnswer = ({ status, body, text }: Answer): string =>
  quote(`${status} ${typeof body['detail'] === 'string' ? body['detail'] : text}`.trim());

function describeFailure(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${PATIENCE / 1000} seconds`;
  if (!(cause instanceof Error)) return message;
  return cause.message || (cause as NodeJS.ErrnoException).code || message;
}
