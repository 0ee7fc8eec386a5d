/**
 * What a credential of the admin API may be: an operator has `admin:write` or is who holds `ADMIN_TOKEN`, a reader has
 * `admin:read`, and a company administrator `admin:<company>`.
 */
export type Role = 'operator' | 'companyAdministrator' | 'reader';

/** What an operation of the admin API does, in words, and who may do it. */
export interface Permission {
  readonly may: string;
  readonly roles: readonly Role[];
}

const ALL: readonly Role[] = ['operator', 'companyAdministrator', 'reader'];
const OPERATOR_AND_COMPANY: readonly Role[] = ['operator', 'companyAdministrator'];
const OPERATOR_AND_READER: readonly Role[] = ['operator', 'reader'];
const OPERATOR: readonly Role[] = ['operator'];

/**
 * Who may do what. A company administrator may do it for the companies of the credential alone. The guard judges by this
 * table, and the guide prints it.
 */
export const PERMISSIONS = {
  'credential.show': { may: 'see what the own credential may do', roles: ALL },
  'sessions.use': {
    may: 'sign in to the console, and list and end sessions: operators all, others their own',
    roles: ALL,
  },
  'setupLinks.read': { may: 'list the set-up links of companies', roles: ALL },
  'setupLinks.change': {
    may: 'make set-up links, which let people administer companies, and revoke them',
    roles: OPERATOR_AND_COMPANY,
  },
  'companies.read': { may: 'list and see companies, their settings and how they do', roles: ALL },
  'companies.create': { may: 'create companies', roles: OPERATOR },
  'companies.rename': { may: 'rename companies', roles: OPERATOR_AND_COMPANY },
  'companies.set': { may: 'change the settings of companies', roles: OPERATOR_AND_COMPANY },
  'companies.pause': { may: 'pause the writes of companies, and end that', roles: OPERATOR_AND_COMPANY },
  'companies.restore': {
    may: 'bring back deleted users and groups of companies, and the memberships of an instant',
    roles: OPERATOR_AND_COMPANY,
  },
  'companies.suspend': { may: 'suspend companies, and end that', roles: OPERATOR },
  'companies.delete': { may: 'delete companies, and bring them back', roles: OPERATOR },
  'companies.export': { may: 'export companies', roles: OPERATOR_AND_COMPANY },
  'activity.read': {
    may: 'read what was done in companies, list users and groups, and read who is and was in which group',
    roles: ALL,
  },
  'resources.read': {
    may: 'see users and groups of companies with all of their attributes',
    roles: OPERATOR_AND_COMPANY,
  },
  'guard.read': { may: 'see the guards of companies, and what they hold', roles: ALL },
  'guard.set': { may: 'change the guards of companies, and switch them off', roles: OPERATOR },
  'guard.release': { may: 'release what guards hold', roles: OPERATOR_AND_COMPANY },
  'guard.lift': { may: 'let all removals through for a time, and end that', roles: OPERATOR },
  'users.erase': { may: 'erase users', roles: OPERATOR_AND_COMPANY },
  'users.erasures': { may: 'list the ids of erased users', roles: ALL },
  'credentials.read': { may: 'list tokens, OAuth clients and token issuers of companies', roles: ALL },
  'credentials.change': {
    may: 'issue, change, renew and revoke tokens, and add, change and remove OAuth clients and token issuers, of companies',
    roles: OPERATOR_AND_COMPANY,
  },
  'webhooks.read': { may: 'list webhooks of companies and what was delivered to them', roles: ALL },
  'webhooks.change': {
    may: 'add, change, try and remove webhooks of companies, rotate their secrets, and send events again',
    roles: OPERATOR_AND_COMPANY,
  },
  'deployment.examine': {
    may: 'test the connection to the deployment, and make support bundles',
    roles: OPERATOR,
  },
  'recordings.state': { may: 'see whether the requests of companies are being recorded', roles: ALL },
  'recordings.read': { may: 'read recorded requests of companies', roles: OPERATOR_AND_COMPANY },
  'recordings.change': {
    may: 'record the requests of companies, stop that, and erase what was recorded',
    roles: OPERATOR_AND_COMPANY,
  },
  'issuers.read': { may: 'list token issuers of all companies', roles: OPERATOR_AND_READER },
  'issuers.change': { may: 'add and remove token issuers of all companies', roles: OPERATOR },
  'adminCredentials.read': { may: 'list credentials of the admin API', roles: OPERATOR_AND_READER },
  'adminCredentials.change': { may: 'issue and revoke credentials of the admin API', roles: OPERATOR },
  'platformCredentials.read': { may: 'list platform credentials', roles: OPERATOR_AND_READER },
  'platformCredentials.change': { may: 'issue and revoke platform credentials', roles: OPERATOR },
} as const satisfies Readonly<Record<string, Permission>>;

export type PermissionName = keyof typeof PERMISSIONS;
