import { type CompanyScope } from '../../../src/scim/company-scope.js';
import { MemoryCompany } from './memory-company.js';

/** The data of all companies, each found by its scope alone. */
export class MemoryCompanies {
  private readonly companies = new Map<string, MemoryCompany>();
  private ids = 0;

  of({ companyId }: CompanyScope): MemoryCompany {
    const company = this.companies.get(companyId) ?? new MemoryCompany();
    this.companies.set(companyId, company);
    return company;
  }

  /** A later one is greater, and no two are equal, whatever their companies and types. */
  nextId(): string {
    return (++this.ids).toString(16).padStart(16, '0');
  }
}
