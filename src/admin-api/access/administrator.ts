import { type AdminCredential } from '../../administration/admin-credentials.js';
import { type ConsoleLink } from '../../administration/console/console-links.js';
import { type ConsoleSession } from '../../administration/console/console-sessions.js';
import { type Role, PERMISSIONS, type PermissionName } from './roles.js';

/** A company that a credential is for. */
interface AdministeredCompany {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly slug: string;
}

/** Who calls the admin API. */
export interface Administrator {
  /**
   * `admin:` and the id of the credential; `admin-token` for `ADMIN_TOKEN`, which is not stored; `link:` and the id of the
   * link by which somebody came to the console.
   */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** The companies of a company administrator. */
  readonly companies: readonly AdministeredCompany[];
}

/** Who holds `ADMIN_TOKEN`. */
export const ADMIN_TOKEN_HOLDER: Administrator = {
  id: 'admin-token',
  name: 'ADMIN_TOKEN',
  roles: ['operator'],
  companies: [],
};

const ROLE_OF: Readonly<Record<string, Role>> = { 'admin:write': 'operator', 'admin:read': 'reader' };

export function administratorOf({ id, name, scopes, companies }: AdminCredential): Administrator {
  const roles = scopes.map((scope) => ROLE_OF[scope] ?? 'companyAdministrator');
  return { id: `admin:${id}`, name, roles: [...new Set(roles)], companies };
}

/** Who calls by a session of the console: whoever it belongs to. */
export function administratorOfSession({ holder }: Pick<ConsoleSession, 'holder'>): Administrator {
  switch (holder.kind) {
    case 'adminToken':
      return ADMIN_TOKEN_HOLDER;
    case 'credential':
      return administratorOf(holder.credential);
    case 'link':
      return administratorOfLink(holder.link);
  }
}

/** Whoever came to the console by a link. */
export function administratorOfLink({ id, name, company }: ConsoleLink): Administrator {
  const who = { id: `link:${id}`, name };
  return company === null
    ? { ...who, roles: ['operator'], companies: [] }
    : { ...who, roles: ['companyAdministrator'], companies: [company] };
}

/** Who takes turns with others: the company of a company administrator, whatever credential is shown; else the credential. */
export const callerOf = ({ id, companies }: Administrator): string => companies[0]?.id ?? id;

/** Whether the administrator may do it in every company, by a role that is bound to none. */
export function mayEverywhere({ roles }: Administrator, permission: PermissionName): boolean {
  const allowed: readonly Role[] = PERMISSIONS[permission].roles;
  return roles.some((role) => role !== 'companyAdministrator' && allowed.includes(role));
}

/** Whether the administrator may do it in the companies of the credential. */
export function mayInCompanies({ roles }: Administrator, permission: PermissionName): boolean {
  const allowed: readonly Role[] = PERMISSIONS[permission].roles;
  return roles.includes('companyAdministrator') && allowed.includes('companyAdministrator');
}

/** Ids of the companies that may be seen; undefined for all. */
export const visibleCompanies = (
  administrator: Administrator,
  permission: PermissionName,
): readonly string[] | undefined =>
  mayEverywhere(administrator, permission) ? undefined : administrator.companies.map(({ id }) => id);
