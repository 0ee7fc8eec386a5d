import { ADMIN_TOKEN, type AdminAnswer, AdminClient } from './admin-client.js';
import { type TestApplication } from './application.js';

/** Calls the admin API as a browser does that shows the console: by a cookie, with the headers of its page. */
export class ConsoleClient {
  private cookie: string | undefined;
  private readonly http: AdminClient;

  /** @param page what the browser says of the page that calls */
  constructor(
    private readonly service: Pick<TestApplication, 'origin'>,
    private readonly page: Readonly<Record<string, string>> = {
      Origin: service.origin,
      'X-Rollcall-Console': '1',
    },
  ) {
    this.http = new AdminClient(service, null);
  }

  /** Signs in by a credential, or the token of a link. What is set as cookie is kept. */
  async signIn(secret: string = ADMIN_TOKEN): Promise<AdminAnswer> {
    const answer = await this.http.post('/sessions', undefined, {
      ...this.page,
      Authorization: `Bearer ${secret}`,
    });
    this.keep(answer);
    return answer;
  }

  async send(method: string, path: string, body?: unknown, headers = {}): Promise<AdminAnswer> {
    const cookie = this.cookie === undefined ? {} : { Cookie: this.cookie };
    const answer = await this.http.send(method, path, body, { ...this.page, ...cookie, ...headers });
    this.keep(answer);
    return answer;
  }

  /** Another page with the cookies of this one. */
  from(page: Readonly<Record<string, string>>): ConsoleClient {
    const other = new ConsoleClient(this.service, page);
    other.cookie = this.cookie;
    return other;
  }

  /** The cookie as a browser sends it. */
  get sentCookie(): string {
    return this.cookie ?? '';
  }

  private keep({ headers }: AdminAnswer): void {
    const [set] = (headers['set-cookie'] as unknown as string[] | undefined) ?? [];
    if (set !== undefined) this.cookie = set.split(';')[0];
  }
}
