/** The headers by which an identity provider can be recognized. */
export interface ClientProfile {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Whether `Content-Type` is also sent without a body. */
  readonly contentTypeAlways: boolean;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; `{}` if it is empty or no JSON object. */
  readonly body: JsonObject;
  readonly text: string;
}

/** What a client expected, and what it received instead. */
export interface Problem {
  readonly expected: string;
  readonly received: string;
}

export interface Difference extends Problem {
  /** What the client was doing. */
  readonly step: string;
  /** Method and path; empty for a difference that was found at the end. */
  readonly request: string;
}

/** Checks an answer, and returns what the client can't use in it. */
export type Check = (answer: Answer) => readonly Problem[];

export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query behind the base URL, encoded as the client does it. */
  readonly path: string;
  readonly body?: JsonObject;
  /** The statuses that count as success. */
  readonly status: readonly number[];
  readonly check?: Check;
}

/** The server did not answer, so the demonstration ends. */
export class NoAnswerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoAnswerError';
  }
}

const SCIM_TYPE = /^application\/scim\+json\s*(;|$)/i;
/** How long an answer may take. Okta waits as long. */
const TIMEOUT_MS = 60_000;
const MAX_QUOTED_LENGTH = 200;

/** Sends requests with the headers of an identity provider, and collects the answers that it could not use. */
export class ScimClient {
  readonly differences: Difference[] = [];
  /** The number of requests so far. */
  sent = 0;
  private step = '';

  /**
   * @param base the SCIM base URL, without a slash at the end
   * @param tokens the tokens of identity providers, by the names of their profiles; others show `token`
   * @param interruption aborts the running request; its reason is thrown
   */
  constructor(
    readonly base: string,
    private readonly token: string,
    private readonly tokens: Readonly<Record<string, string>>,
    private readonly interruption: AbortSignal,
    private profile: ClientProfile,
  ) {}

  /** Sets the identity provider and the title of the step for the requests that follow. */
  begin(profile: ClientProfile, step: string): void {
    this.profile = profile;
    this.step = step;
  }

  /**
   * Sends a request and checks the answer.
   *
   * @throws NoAnswerError where the server can't be reached or takes longer than a minute
   */
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

  /** Adds a difference. */
  report(problem: Problem, request = ''): void {
    this.differences.push({ step: this.step, request, ...problem });
  }

  private async fetch({ method, path, body }: ScimRequest): Promise<Answer> {
    const { name, headers, contentType, contentTypeAlways } = this.profile;
    this.sent += 1;
    try {
      const response = await fetch(`${this.base}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...headers,
          Authorization: `Bearer ${this.tokens[name] ?? this.token}`,
          ...((body !== undefined || contentTypeAlways) && { 'Content-Type': contentType }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any([this.interruption, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: readObject(text), text };
    } catch (error) {
      this.interruption.throwIfAborted();
      throw new NoAnswerError(`${method} ${this.base}${path} was not answered: ${describeFailure(error)}`);
    }
  }
}

/** Checks that every client makes of every answer. */
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

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects in an array; none if the value is no array. */
export const readObjects = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** A text from outside, cut to a length that fits in a report. */
const quote = (text: string): string =>
  text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text;

/** A value from an answer as JSON, cut to a length that fits in a report. */
export const quoteValue = (value: unknown): string => quote(JSON.stringify(value) ?? 'nothing');

const quoteAnswer = ({ status, body, text }: Answer): string =>
  quote(`${status} ${typeof body['detail'] === 'string' ? body['detail'] : text}`.trim());

function describeFailure(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} seconds`;
  if (!(cause instanceof Error)) return message;
  return cause.message || (cause as NodeJS.ErrnoException).code || message;
}
