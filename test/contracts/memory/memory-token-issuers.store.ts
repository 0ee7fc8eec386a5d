import { type CallerCompany } from '../../../src/access/credential.js';
import { type TokenIssuer, TokenIssuersStore } from '../../../src/access/token-issuers.store.js';

/** An issuer that was registered, and is not removed. */
export interface IssuerRow extends Omit<TokenIssuer, 'company'> {
  /** The claim `iss` of its tokens. */
  readonly issuer: string;
  readonly company: { readonly id: string } | { readonly claim: string };
}

/** Token issuers in memory. */
export class MemoryTokenIssuersStore extends TokenIssuersStore {
  /** Companies and issuers by id. */
  constructor(
    private readonly companies: ReadonlyMap<string, CallerCompany>,
    private readonly rows: ReadonlyMap<string, IssuerRow>,
  ) {
    super();
  }

  override async findByIssuer(issuer: string): Promise<readonly TokenIssuer[]> {
    return [...this.rows.values()]
      .filter((row) => row.issuer === issuer)
      .flatMap(({ issuer: _, company: named, ...row }) => {
        const company = 'claim' in named ? named : this.companies.get(named.id);
        return company ? [{ ...row, company }] : [];
      });
  }

  override async findCompany(slugOrId: string): Promise<CallerCompany | undefined> {
    return [...this.companies.values()].find(
      ({ id, slug }) => slug === slugOrId || BigInt(id).toString(16).padStart(16, '0') === slugOrId,
    );
  }
}
