import axios, { type AxiosInstance } from 'axios';
import { type AdminAnswer } from './admin-client.js';
import { type TestApplication } from './application.js';
import { checkAgainstDocument } from './document-check.js';

/** A client of the platform API. */
export class PlatformClient {
  private readonly http: AxiosInstance;

  /** @param authorization the value of the header; null for none */
  constructor({ origin }: Pick<TestApplication, 'origin'>, authorization: string | null) {
    this.http = axios.create({
      baseURL: `${origin}/platform/v1`,
      validateStatus: () => true,
      headers: authorization === null ? {} : { Authorization: authorization },
    });
  }

  get(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<AdminAnswer> {
    return this.send('GET', path, undefined, options);
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<AdminAnswer> {
    const answer = await this.http.request<unknown>({
      method,
      url: path,
      data: body,
      ...(signal && { signal }),
    });
    const { status, data } = answer;
    const headers = answer.headers as AdminAnswer['headers'];
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    const contentType = headers['content-type'];
    checkAgainstDocument({ method, path: `/platform/v1${path}`, status, contentType, text, body: data });
    return { status, headers, body: data };
  }
}
