/** An identity provider: how its administrator enters what Rollcall gives. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** Where the fields are. */
  readonly where: string;
  /** What its fields are called that take the base URL and the token. */
  readonly urlField: string;
  readonly tokenField: string;
  /** What stands behind the base URL. */
  readonly urlSuffix?: string;
  /** What else is to be entered or chosen, by the names of the fields. */
  readonly others: readonly (readonly [field: string, value: string])[];
  /** The button that tests the connection, where there is one. */
  readonly test?: string;
  /** What comes after that. */
  readonly next: readonly string[];
  /** The guide, below `/docs/guides/`. */
  readonly guide: string;
}

export const PROVIDERS: readonly Provider[] = [
  {
    id: 'entra',
    name: 'Microsoft Entra ID',
    where: 'Enterprise applications → your application → Provisioning → New configuration',
    urlField: 'Tenant URL',
    urlSuffix: '?aadOptscim062020',
    tokenField: 'Secret Token',
    others: [['Authentication method, where it is asked for', 'Bearer authentication']],
    test: 'Test Connection',
    next: [
      'Users and groups: assign one group of two or three people for a first try.',
      'Provision on demand: choose one of them, and look here.',
      'Start provisioning. Changes come about every 40 minutes from then on.',
    ],
    guide: 'entra-id',
  },
  {
    id: 'okta',
    name: 'Okta',
    where:
      'Applications → your application → Provisioning → Configure API Integration (wizard: Integration → Edit)',
    urlField: 'SCIM connector base URL',
    tokenField: 'OAuth Bearer Token (wizard: Bearer)',
    others: [
      ['Unique identifier field for users', 'userName'],
      ['Supported provisioning actions', 'Push New Users, Push Profile Updates, Push Groups'],
      ['Authentication Mode', 'HTTP Header'],
    ],
    test: 'Test API Credentials (wizard: Test Connector Configuration)',
    next: [
      'To App → Edit: enable Create Users, Update User Attributes and Deactivate Users. Leave Sync Password off.',
      'Assignments: assign a group of two or three people for a first try.',
      'Push Groups: add the groups whose members Rollcall shall know, others than those of the assignment.',
    ],
    guide: 'okta',
  },
  {
    id: 'jumpcloud',
    name: 'JumpCloud',
    where: 'SSO Applications → your application → Identity Management',
    urlField: 'Base URL',
    tokenField: 'Token Key',
    others: [
      ['SCIM Version', 'SCIM 2.0'],
      ['Test User Email', 'an address that no user of the company has'],
      ['Enable management of User Groups and Group Membership', 'on'],
    ],
    test: 'Test Connection',
    next: ['Activate, then Save.', 'User Groups: choose the groups. Their members are sent with them.'],
    guide: 'jumpcloud',
  },
  {
    id: 'onelogin',
    name: 'OneLogin',
    where: 'Applications → SCIM Provisioner with SAML (SCIM v2) → Configuration',
    urlField: 'SCIM Base URL',
    tokenField: 'SCIM Bearer Token',
    others: [
      ['Custom Headers', 'Content-Type: application/scim+json'],
      ['SCIM JSON Template', 'the one of the guide'],
    ],
    test: 'API Connection → Enable',
    next: [
      'Provisioning: Enable provisioning, with Create user, Delete user and Update user.',
      'Parameters → Groups: Include in User Provisioning, and a rule that sets them.',
    ],
    guide: 'onelogin',
  },
  {
    id: 'pingone',
    name: 'PingOne',
    where: 'Integrations → Provisioning → + → New connection → Identity Store → SCIM Outbound',
    urlField: 'SCIM Base URL',
    tokenField: 'OAuth Access Token',
    others: [
      ['Users Resource', '/Users'],
      ['Groups Resource', '/Groups'],
      ['Authentication Method', 'OAuth 2 Bearer Token'],
      ['Auth Type Header', 'Bearer'],
    ],
    test: 'Test connection',
    next: [
      'Rules → new rule: a user filter, the mapping, and the groups.',
      'Turn on the connection and the rule.',
    ],
    guide: 'pingone',
  },
  {
    id: 'google',
    name: 'Google Workspace',
    where: 'Apps → Web and mobile apps → the app → Configure autoprovisioning',
    urlField: 'Endpoint URL',
    tokenField: 'Access token',
    others: [],
    next: [
      'Attribute mapping: the primary e-mail to userName.',
      'Scope: the groups whose members are provisioned. Then turn Autoprovisioning on: it synchronises every few hours.',
    ],
    guide: 'google-workspace',
  },
  {
    id: 'other',
    name: 'Another one',
    where: 'wherever it has settings for provisioning by SCIM 2.0',
    urlField: 'Base URL, endpoint or tenant URL',
    tokenField: 'Token, secret or API key, without “Bearer” in front',
    others: [
      ['Version', 'SCIM 2.0'],
      ['Unique attribute, match by', 'userName for users, displayName for groups'],
    ],
    test: 'its test of the connection, where it has one',
    next: ['Assign two or three people, and a group of them.', 'Have the groups sent too.'],
    guide: 'connecting',
  },
];

/** Whether an address can only be reached from the machine or the network that it is on. */
export function isLocal(address: string): boolean {
  const { hostname } = new URL(address);
  return (
    /^(localhost|\[::1\]|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cd])/.test(
      hostname,
    ) ||
    /\.(local|localhost|internal|test)$/.test(hostname) ||
    !/[.:]/.test(hostname)
  );
}
