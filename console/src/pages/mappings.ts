/** What an identity provider has to send as which attribute of users. */
export interface Mapping {
  /** What is entered or chosen at the provider. */
  readonly from: string;
  /** The attribute, as the schemas have it. */
  readonly to: string;
  readonly remark?: string;
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** By the ids of providers; what is none of them has the default. */
export const MAPPINGS: Readonly<Record<string, readonly Mapping[]>> = {
  entra: [
    { from: 'userPrincipalName', to: 'userName', remark: 'Matching precedence 1.' },
    {
      from: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
      to: 'active',
      remark: 'Keep it: it deactivates people.',
    },
    {
      from: 'objectId',
      to: 'externalId',
      remark: 'Change it from mailNickname, which may be given to two people.',
    },
    { from: 'displayName', to: 'displayName' },
    { from: 'givenName', to: 'name.givenName' },
    { from: 'surname', to: 'name.familyName' },
    { from: 'mail', to: 'emails[type eq "work"].value' },
    { from: 'department', to: `${ENTERPRISE}:department` },
    { from: 'manager', to: `${ENTERPRISE}:manager`, remark: 'Sent after the people.' },
  ],
  okta: [
    {
      from: 'user.login',
      to: 'userName',
      remark: 'It is set under Sign On, as Application username format.',
    },
    { from: 'user.firstName', to: 'name.givenName' },
    { from: 'user.lastName', to: 'name.familyName' },
    { from: 'user.email', to: 'emails[type eq "work"].value' },
    { from: 'user.displayName', to: 'displayName' },
    { from: 'user.department', to: `${ENTERPRISE}:department` },
  ],
  onelogin: [
    { from: 'scimusername', to: 'userName' },
    { from: '{$user.active}', to: 'active', remark: 'Without it nobody is ever deactivated.' },
    { from: '{$user.firstname}', to: 'name.givenName' },
    { from: '{$user.lastname}', to: 'name.familyName' },
    { from: '{$user.display_name}', to: 'name.formatted' },
    { from: '{$user.email}', to: 'emails[type eq "work"].value' },
  ],
  google: [
    { from: 'Primary email', to: 'userName' },
    { from: 'First name', to: 'name.givenName' },
    { from: 'Last name', to: 'name.familyName' },
  ],
};

/** What every provider should send. */
export const DEFAULT_MAPPING: readonly Mapping[] = [
  { from: 'the name by which people sign in', to: 'userName', remark: 'Users are matched by it.' },
  { from: 'whether the account is on', to: 'active', remark: 'Without it nobody is ever deactivated.' },
  { from: 'an id that never changes', to: 'externalId' },
  { from: 'first and last name', to: 'name.givenName' },
  { from: 'e-mail address', to: 'emails[type eq "work"].value' },
];

/** The attribute of a path with a filter or a part of several values: `emails` of `emails[type eq "work"].value`. */
export const attributeOf = (path: string): string => path.replace(/\[.*$/, '');
