import { Administration } from '../../src/administration/administration.js';
import { send } from '../support/process.js';
import { GROUP_SCHEMA_URN } from '../support/schema-urns.js';
import { CompanyCheck, type Findings } from './company-check.js';
import { type CompanyAccess, type CompanyWriter } from './company-writer.js';
import { brokenLaws } from './database-check.js';

/** A company and all that have ever written to it. */
export interface WrittenCompany {
  readonly access: CompanyAccess;
  readonly writers: readonly CompanyWriter[];
}

/** How many writes came to what, over all writers. */
export interface WriteCounts {
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly silent: number;
  readonly unavailable: number;
}

/**
 * Makes a company with a token and a group that all of its writers add users to.
 *
 * @param ownerUrl URL of the database for its owner
 */
export async function makeCompany(ownerUrl: string, base: string, slug: string): Promise<CompanyAccess> {
  const administration = await Administration.open(ownerUrl);
  await administration.companies.createCompany(slug, slug);
  const { secret: token } = await administration.tokens.issueToken(slug, {
    name: slug,
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  });
  await administration.close();
  const made = await send(base, token, 'POST', '/Groups', {
    schemas: [GROUP_SCHEMA_URN],
    displayName: 'Everybody',
  });
  return { token, sharedGroup: ((await made.json()) as { id: string }).id };
}

/**
 * Compares all that is there with what the writers know, and adds what is wrong to the findings.
 *
 * @param url of the database, for a role that sees all rows
 */
export async function compareCompanies(
  base: string,
  companies: readonly WrittenCompany[],
  url: string,
  findings: Findings,
): Promise<void> {
  for (const { access, writers } of companies) {
    const ledgers = writers.map(({ ledger }) => ledger);
    const { lost, halfApplied } = await new CompanyCheck(base, access).compare(ledgers);
    findings.lost.push(...lost);
    findings.halfApplied.push(...halfApplied);
    // What a write is refused for wrongly, such as a name that nobody has, is something that is there by half.
    findings.halfApplied.push(...ledgers.flatMap(({ refused }) => refused.splice(0)));
  }
  findings.halfApplied.push(...(await brokenLaws(url)));
}

export function countWrites(companies: readonly WrittenCompany[]): WriteCounts {
  const ledgers = companies.flatMap(({ writers }) => writers.map(({ ledger }) => ledger));
  const sum = (of: keyof WriteCounts): number => ledgers.reduce((total, ledger) => total + ledger[of], 0);
  return {
    acknowledged: sum('acknowledged'),
    unanswered: sum('unanswered'),
    silent: sum('silent'),
    unavailable: sum('unavailable'),
  };
}
