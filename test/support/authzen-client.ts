import axios, { type AxiosInstance } from 'axios';
import { type TestApplication } from './application.js';
import { checkAgainstDocument } from './document-check.js';

/** What an endpoint of AuthZEN answers. */
export interface AuthzenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON, or the message of an error. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test names what it expects to find in it
  readonly body: any;
}

/** A client of the endpoints of AuthZEN, for the company of its token or one that it names. */
export class AuthzenClient {
  private readonly http: AxiosInstance;
  private readonly base: string;

  /**
   * @param authorization the value of the header; null for none
   * @param company the slug or id that stands in paths; undefined for none
   */
  constructor({ origin }: Pick<TestApplication, 'origin'>, authorization: string | null, company?: string) {
    this.base = company === undefined ? '/access/v1' : `/access/v1/${company}`;
    this.http = axios.create({
      baseURL: origin + this.base,
      validateStatus: () => true,
      responseType: 'text',
      transformResponse: (text: unknown) => text,
      headers: {
        ...(authorization !== null && { Authorization: authorization }),
        'Content-Type': 'application/json',
      },
    });
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<AuthzenAnswer> {
    return this.send('POST', path, typeof body === 'string' ? body : JSON.stringify(body), headers);
  }

  async send(
    method: string,
    path: string,
    data?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<AuthzenAnswer> {
    const answer = await this.http.request<string>({ method, url: path, data, headers: { ...headers } });
    const { status, data: text } = answer;
    const received = answer.headers as AuthzenAnswer['headers'];
    const contentType = received['content-type'];
    const body: unknown = contentType?.startsWith('application/json') ? JSON.parse(text) : text;
    checkAgainstDocument({ method, path: this.base + path, status, contentType, text, body });
    return { status, headers: received, body };
  }
}
