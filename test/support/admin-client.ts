import axios, { type AxiosInstance } from 'axios';
import { type TestApplication } from './application.js';
import { checkAgainstDocument } from './document-check.js';

/** For `startTestApplication`: with it the admin API is on. */
export const ADMIN_TOKEN = 'an-admin-token-of-tests-0123456789abcdef';

/** An answer of the admin API. */
export interface AdminAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** A client of the admin API. */
export class AdminClient {
  private readonly http: AxiosInstance;

  /** @param authorization the value of the header; null for none */
  constructor(
    { origin }: Pick<TestApplication, 'origin'>,
    authorization: string | null = `Bearer ${ADMIN_TOKEN}`,
  ) {
    this.http = axios.create({
      baseURL: `${origin}/admin/v1`,
      validateStatus: () => true,
      headers: authorization === null ? {} : { Authorization: authorization },
    });
  }

  get(path: string, headers = {}): Promise<AdminAnswer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers = {}): Promise<AdminAnswer> {
    return this.send('POST', path, body, headers);
  }

  patch(path: string, body: unknown, headers = {}): Promise<AdminAnswer> {
    return this.send('PATCH', path, body, headers);
  }

  delete(path: string): Promise<AdminAnswer> {
    return this.send('DELETE', path);
  }

  async send(method: string, path: string, body?: unknown, headers = {}): Promise<AdminAnswer> {
    const answer = await this.http.request<unknown>({ method, url: path, data: body, headers });
    const { status, data } = answer;
    const sent = answer.headers as AdminAnswer['headers'];
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    const contentType = sent['content-type'];
    checkAgainstDocument({ method, path: `/admin/v1${path}`, status, contentType, text, body: data });
    return { status, headers: sent, body: data };
  }
}
