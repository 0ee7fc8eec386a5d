import { type Client } from 'undici';
import { type BenchDatabase, type CompanyAccess, createCompany } from '../database.js';
import { type LoadRequest } from '../load/exchange.js';
import { bulkOf, patchOf, userNameOf, userResource } from '../load/resources.js';
import { read } from './data.js';

const USERS = 100;

/** Many companies, and what identity providers send for them all day. */
export class SteadyMix {
  private constructor(
    private readonly companies: readonly (CompanyAccess & { userIds: readonly string[] })[],
  ) {}

  /** Makes the companies, each with {@link USERS} users. */
  static async create(database: BenchDatabase, client: Client, count: number): Promise<SteadyMix> {
    const companies = [];
    for (let n = 0; n < count; n += 1) {
      const company = await createCompany(database.url, `steady-${n}`);
      const body = bulkOf(Array.from({ length: USERS }, (_, user) => userResource(company.slug, user)));
      const path = '/Bulk';
      const made = await read(client, { method: 'POST', path, body, token: company.token });
      const { Operations } = made as { Operations: readonly { location: string }[] };
      const userIds = Operations.map(({ location }) => location.slice(location.lastIndexOf('/') + 1));
      companies.push({ ...company, userIds });
    }
    return new SteadyMix(companies);
  }

  /** Companies take turns; of ten requests five look for a user, three read one, and two change one. */
  readonly request = (n: number): LoadRequest => {
    const { slug, token, userIds } = this.companies[n % this.companies.length]!;
    const turn = Math.floor(n / this.companies.length);
    const user = (turn * 37) % userIds.length;
    const path = `/Users/${userIds[user]}`;
    const kind = turn % 10;
    if (kind < 5) {
      const filter = encodeURIComponent(`userName eq "${userNameOf(slug, user)}"`);
      return { method: 'GET', path: `/Users?filter=${filter}`, token };
    }
    if (kind < 8) return { method: 'GET', path, token };
    const body = patchOf({ op: 'replace', path: 'title', value: `Engineer ${n}` });
    return { method: 'PATCH', path, body, token };
  };
}
