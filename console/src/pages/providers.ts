type Field = readonly [field: string, value: string];

/** What its fields are called that take a token. */
interface TokenFields {
  readonly token: string;
  /** What else is to be entered or chosen. */
  readonly others: readonly Field[];
}

/** What its fields are called that take OAuth 2.0 client credentials. */
interface ClientFields {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What else is to be entered or chosen. */
  readonly others: readonly Field[];
}

/**
 * An identity provider: how its administrator enters what Rollcall gives, and what comes before and after that. What stands
 * between `**` in a text is the name of a button, a field or a menu there.
 */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** By what it is known in the names of credentials, and in what a client calls itself. */
  readonly known: RegExp;
  /** What has to be there before anything is entered. */
  readonly before: readonly string[];
  /** Whether it sends users, and never groups. */
  readonly sendsNoGroups?: true;
  /** Where the fields are. */
  readonly where: string;
  /** What its field is called that takes the base URL, and what stands behind that. */
  readonly urlField: string;
  readonly urlSuffix?: string;
  readonly byToken: TokenFields;
  /** Where it can get itself tokens. */
  readonly byClient?: ClientFields;
  /** The button that tests the connection, where there is one. */
  readonly test?: string;
  /** What comes after that. */
  readonly next: readonly string[];
  /** What it says where the test fails, and what to do. */
  readonly failures: readonly Field[];
  /** How that is sent again which was refused. */
  readonly retry: string;
  /** Where the next token or secret is entered, and from when on it goes by that. */
  readonly renew: string;
  /** The guide, below `/docs/guides/`. */
  readonly guide: string;
}

const UNREACHABLE: Field = [
  'A time-out, or no status at all',
  'It does not reach the address, which has to be public, with a certificate of a public authority. Ask whoever runs Rollcall.',
];
const WRONG_SECRET =
  'What was entered is not what stands above: copy it anew, without blanks and without “Bearer” in front. Where you have left this page since, make another one.';

const ENTRA: Provider = {
  id: 'entra',
  name: 'Microsoft Entra ID',
  known: /\b(?:entra|azure)/i,
  before: [
    'At entra.microsoft.com you need the role **Application Administrator** or a higher one, and a P1 or P2 licence to assign groups.',
    'No application there yet? **Enterprise apps** (older menus: Enterprise applications) → **New application** → **Create your own application**. Give it a name, such as Rollcall, choose **Integrate any other application you don’t find in the gallery**, and press **Create**.',
  ],
  where:
    '**Enterprise apps** → your application → **Provisioning** → **New configuration** (other menus: Provisioning once more, or Get started; then Provisioning Mode Automatic, and Admin Credentials)',
  urlField: 'Tenant URL',
  urlSuffix: '?aadOptscim062020',
  byToken: {
    token: 'Secret Token',
    others: [['Authentication method, where it is asked for', 'Bearer authentication']],
  },
  byClient: {
    tokenEndpoint: 'Token endpoint (or OAuth token endpoint)',
    clientId: 'Client identifier',
    clientSecret: 'Client secret',
    others: [
      ['Authentication method', 'OAuth2 client credentials grant'],
      ['Scope, where it is asked for', 'scim, or blank'],
    ],
  },
  test: 'Test Connection',
  next: [
    'When Entra ID says that the credentials are authorised: **Create** (other menus: **Save**).',
    '**Attribute mapping** → **Provision Microsoft Entra ID Users**: have **externalId** come from **objectId** instead of mailNickname, since that never changes. Leave userPrincipalName → userName as the matching attribute, and leave the mapping of active: without it nobody is ever deactivated.',
    '**Users and groups**: assign one group of two or three people for a first try. Members of groups inside of it are not sent; that is a rule of Entra ID.',
    '**Provision on demand**: choose one of these people, then the group with its members. Within seconds the ticks below come.',
    '**Overview** → **Properties**: an address for e-mails when something fails, and **Prevent accidental deletion**.',
    '**Start provisioning**. The first cycle sends all that is assigned; changes come about every 40 minutes from then on.',
  ],
  failures: [
    ['You appear to have entered invalid credentials', WRONG_SECRET],
    [
      'SystemForCrossDomainIdentityManagementBadResponse',
      'The Tenant URL is not the one above: copy it whole.',
    ],
    UNREACHABLE,
  ],
  retry:
    '**Provisioning** → **Restart provisioning** sends it at once; of one person, **Provision on demand** does. By itself it is sent again after 6, 12 and 24 hours, then daily.',
  renew:
    '**Provisioning** → **Connectivity** (other menus: Edit provisioning → Admin Credentials): enter it as **Secret Token** or **Client secret**, then **Test Connection** and **Save**. The next cycle, within 40 minutes, goes by it. Had the old one ended before: **Restart provisioning**.',
  guide: 'entra-id',
};

const OKTA: Provider = {
  id: 'okta',
  name: 'Okta',
  known: /\bokta/i,
  before: [
    'In the Admin Console, with an application that has provisioning: **Applications** → **Browse App Catalog** → **SCIM 2.0 Test App (OAuth Bearer Token)**, which changes groups piece by piece.',
    'Or take an application of yours, made by the wizard as SAML 2.0 or SWA: tab **General** → **Edit** → Provisioning: **SCIM**. It sends all members of a group each time.',
  ],
  where:
    '**Applications** → your application → tab **Provisioning** → **Configure API Integration** → **Enable API Integration** (wizard: Integration → Edit)',
  urlField: 'Base URL (wizard: SCIM connector base URL)',
  byToken: {
    token: 'OAuth Bearer Token (wizard: the field behind Bearer)',
    others: [
      ['Unique identifier field for users (wizard)', 'userName'],
      ['Supported provisioning actions (wizard)', 'Push New Users, Push Profile Updates, Push Groups'],
      ['Authentication Mode (wizard)', 'HTTP Header'],
    ],
  },
  test: 'Test API Credentials (wizard: Test Connector Configuration)',
  next: [
    'When Okta says that it was verified: **Save**.',
    '**To App** → **Edit**: enable **Create Users**, **Update User Attributes** and **Deactivate Users**, then **Save**. Leave Sync Password off.',
    '**Assignments** → **Assign**: a group of two or three people for a first try. They come within a minute.',
    '**Push Groups**: add the groups whose members Rollcall shall know, others than those of the assignment; that is Okta’s own advice. Only people who are assigned come as members.',
  ],
  failures: [
    ['Error authenticating: Unauthorized', WRONG_SECRET],
    ['Error authenticating: null, or Not found', 'The base URL is not the one above: copy it whole.'],
    UNREACHABLE,
  ],
  retry:
    '**Dashboard** → **Tasks**, or the tasks of the application: **Retry selected** sends it at once. By itself Okta sends what was held or paused again, up to ten times within about a day, and hours may lie between; what was refused otherwise is never sent again by itself. Of a group: **Push Groups** → **Push now**.',
  renew:
    '**Provisioning** → **Integration** → **Edit**: enter it, then **Test API Credentials** (wizard: Test Connector Configuration) and **Save**. The next change goes by it. What failed before: **Dashboard** → **Tasks** → **Retry selected**.',
  guide: 'okta',
};

const JUMPCLOUD: Provider = {
  id: 'jumpcloud',
  name: 'JumpCloud',
  known: /\bjumpcloud/i,
  before: [
    'No application there yet? **SSO Applications** → **Add New Application** → **Custom Application**, with **Export users to this app (Identity Management)**.',
  ],
  where: '**SSO Applications** → your application → **Identity Management**',
  urlField: 'Base URL',
  byToken: {
    token: 'Token Key',
    others: [
      ['SCIM Version', 'SCIM 2.0'],
      ['Test User Email', 'an address that no user of the company has'],
      ['Enable management of User Groups and Group Membership', 'on'],
    ],
  },
  test: 'Test Connection',
  next: [
    '**Activate**, then **Save**.',
    '**User Groups**: choose the groups. Their members are sent with them.',
  ],
  failures: [
    ['The test fails at once', WRONG_SECRET],
    ['The test fails at its user', 'A user has the test address already: enter another Test User Email.'],
    UNREACHABLE,
  ],
  retry: 'Change something about the person or the group: it is sent with that.',
  renew:
    '**Identity Management**: enter it as **Token Key**, then **Test Connection** and **Save**. The next change goes by it.',
  guide: 'jumpcloud',
};

const ONELOGIN: Provider = {
  id: 'onelogin',
  name: 'OneLogin',
  known: /\bonelogin/i,
  before: [
    'No application there yet? **Applications** → **Add App** → **SCIM Provisioner with SAML (SCIM v2 Enterprise)**, or Core.',
  ],
  where: '**Applications** → your application → **Configuration**',
  urlField: 'SCIM Base URL',
  byToken: {
    token: 'SCIM Bearer Token',
    others: [
      ['Custom Headers', 'Content-Type: application/scim+json'],
      ['SCIM JSON Template', 'the one of the guide'],
    ],
  },
  test: 'API Connection → Enable',
  next: [
    '**Provisioning**: **Enable provisioning**, with Create user, Delete user and Update user.',
    '**Parameters** → **Groups**: **Include in User Provisioning**, and a rule that sets them.',
  ],
  failures: [['API Connection can’t be enabled', WRONG_SECRET], UNREACHABLE],
  retry: 'The person → **Applications** → the application → **Save**: it is sent with that.',
  renew:
    '**Configuration**: enter it as **SCIM Bearer Token**, **Save**, then **API Connection** → **Enable**. The next change goes by it.',
  guide: 'onelogin',
};

const PINGONE: Provider = {
  id: 'pingone',
  name: 'PingOne',
  known: /\bping/i,
  before: [],
  where:
    '**Integrations** → **Provisioning** → **+** → **New connection** → Identity Store → **SCIM Outbound**',
  urlField: 'SCIM Base URL',
  byToken: {
    token: 'OAuth Access Token',
    others: [
      ['Users Resource', '/Users'],
      ['Groups Resource', '/Groups'],
      ['Authentication Method', 'OAuth 2 Bearer Token'],
      ['Auth Type Header', 'Bearer'],
    ],
  },
  byClient: {
    tokenEndpoint: 'OAuth Token Request',
    clientId: 'OAuth Client ID',
    clientSecret: 'OAuth Client Secret',
    others: [
      ['Users Resource', '/Users'],
      ['Groups Resource', '/Groups'],
      ['Authentication Method', 'OAuth 2 Client Credentials'],
      ['Auth Type Header', 'Bearer'],
    ],
  },
  test: 'Test connection',
  next: [
    '**Rules** → new rule: a user filter, the groups, and the mapping: the user’s id to externalId, Enabled to active.',
    'Turn on the connection and the rule.',
  ],
  failures: [['Test Connection Failed', WRONG_SECRET], UNREACHABLE],
  retry: '**Provisioning** → **Rules** → the rule → **Full Resync** compares everything anew.',
  renew:
    '**Provisioning** → the connection → **Configure Authentication**: enter it, **Test connection**, **Save**. It compares everything anew by itself.',
  guide: 'pingone',
};

const GOOGLE: Provider = {
  id: 'google',
  name: 'Google Workspace',
  known: /\bgoogle/i,
  before: ['Google sends users only, and no groups.'],
  sendsNoGroups: true,
  where: '**Apps** → **Web and mobile apps** → the app → **Configure autoprovisioning**',
  urlField: 'Endpoint URL',
  byToken: { token: 'Access token', others: [] },
  next: [
    '**Attribute mapping**: the primary e-mail to userName.',
    '**Scope**: the groups whose members are provisioned. Then turn **Autoprovisioning** on: it synchronises every few hours.',
  ],
  failures: [['The token is not accepted', WRONG_SECRET], UNREACHABLE],
  retry: 'It is sent again with the next run, within some hours.',
  renew:
    '**Autoprovisioning** of the app: enter it as **Access token**. The next run, within some hours, goes by it.',
  guide: 'google-workspace',
};

const AUTHENTIK: Provider = {
  id: 'authentik',
  name: 'authentik',
  known: /\bauthentik/i,
  before: [],
  where: '**Applications** → **Providers** → **New Provider** → **SCIM**',
  urlField: 'URL',
  byToken: {
    token: 'Token',
    others: [
      ['Verification of certificates', 'on'],
      ['Authentication mode', 'static token'],
      ['Compatibility mode', 'default'],
      ['Mappings of users and groups', 'authentik default SCIM Mapping: User, and … Group'],
    ],
  },
  next: [
    'Edit the application, and choose the provider under **Backchannel providers**, not as the application’s provider: nothing is sent otherwise.',
    'authentik sends each change at once, and everything once an hour.',
  ],
  failures: [
    ['Stopping sync due to error: 401', WRONG_SECRET],
    [
      'Failed to fetch ServiceProviderConfig',
      'The URL is not the one above, or its certificate is not trusted: copy it whole.',
    ],
    UNREACHABLE,
  ],
  retry: 'It is sent again with all the rest, within an hour.',
  renew:
    '**Applications** → **Providers** → the provider → edit: enter it as **Token**. All is sent within an hour.',
  guide: 'authentik',
};

const KEYCLOAK: Provider = {
  id: 'keycloak',
  name: 'Keycloak',
  known: /\bkeycloak/i,
  before: [
    'Keycloak sends users and groups with an extension alone: put the jar of **keycloak-scim** into `/opt/keycloak/providers/`, and start Keycloak anew.',
    'In the realm’s events settings add **scim** to **Event listeners**, and save. Without it only the periodic synchronisation sends anything.',
  ],
  where: '**User federation** → add provider **scim**',
  urlField: 'SCIM 2.0 endpoint',
  byToken: {
    token: 'Bearer token',
    others: [
      ['Endpoint content type', 'application/scim+json'],
      ['Auth mode', 'BEARER'],
      ['Enable import during sync', 'off'],
      ['Enable refresh during sync', 'on'],
    ],
  },
  next: [
    'Synchronise all users once, then leave it to the event listener.',
    'Have a full synchronisation run once a day: it mends what was missed.',
  ],
  failures: [['401 in the log of Keycloak', WRONG_SECRET], UNREACHABLE],
  retry: 'The next full synchronisation sends it again.',
  renew: '**User federation** → the provider: enter it as **Bearer token**, and save.',
  guide: 'keycloak',
};

const RIPPLING: Provider = {
  id: 'rippling',
  name: 'Rippling',
  known: /\brippling/i,
  before: [
    'No integration there yet? **IT** → **Third-Party Access** → **Add Integration** → **Create New Custom Integration** (older menus: Identity Management → Custom App → Create New App), with **User Management via SCIM**.',
  ],
  where: 'the SCIM settings of the custom integration; the token when it is installed',
  urlField: 'SCIM Base URL',
  byToken: {
    token: 'Bearer token',
    others: [
      ['SCIM Version', '2.0'],
      ['SCIM Authorization Method', 'Bearer Token'],
      ['Supports Groups', 'on'],
      ['Mutually Exclusive Groups', 'off'],
      ['Supports Pagination', 'on'],
      ['Create & Delete Groups', 'on'],
      ['Use PATCH to edit Groups', 'on'],
    ],
  },
  next: [
    'Choose who has access, and when accounts are made.',
    'In the attribute mappings let all attributes be set **on user creation and updates**, so that changes arrive.',
    'Match the people who are here already, or have new accounts made for them.',
  ],
  failures: [['The connection test fails', WRONG_SECRET], UNREACHABLE],
  retry: 'Rippling repeats requests that failed.',
  renew: 'In the custom integration: enter it as the bearer token.',
  guide: 'rippling',
};

const CONNID: Provider = {
  id: 'connid',
  name: 'ConnId: Apache Syncope, midPoint',
  known: /\b(?:connid|syncope|midpoint)/i,
  before: ['You need the ConnId SCIM bundle, connector **SCIM v2 Connector**.'],
  where: 'the configuration of the connector',
  urlField: 'baseAddress',
  byToken: {
    token: 'bearerToken (username, password and the client’s properties stay empty)',
    others: [
      ['explicitGroupAddOnCreate', 'true'],
      ['updateGroupMethod', 'PATCH'],
      ['replaceMembersOnUpdate', 'false'],
      ['scimProvider', 'STANDARD'],
      ['requestAttributesOnSearch', 'true'],
    ],
  },
  next: [
    'Map **userName**, **externalId**, **active** and what you need.',
    'Provision users before groups. Memberships are members of the group: after a user was created, change the group.',
  ],
  failures: [['401, unauthorised', WRONG_SECRET], UNREACHABLE],
  retry: 'Reconcile, or propagate the user or group anew.',
  renew: 'In the configuration of the connector: enter it as **bearerToken**, and save.',
  guide: 'connid',
};

const OTHER: Provider = {
  id: 'other',
  name: 'Another one',
  known: /(?!)/,
  before: [],
  where: 'wherever it has settings for provisioning by SCIM 2.0',
  urlField: 'Base URL, endpoint or tenant URL',
  byToken: {
    token: 'Token, secret or API key, without “Bearer” in front',
    others: [
      ['Version', 'SCIM 2.0'],
      ['Unique attribute, match by', 'userName for users, displayName for groups'],
    ],
  },
  byClient: {
    tokenEndpoint: 'Token endpoint, token URL',
    clientId: 'Client id',
    clientSecret: 'Client secret',
    others: [
      ['Version', 'SCIM 2.0'],
      ['Unique attribute, match by', 'userName for users, displayName for groups'],
      ['Grant', 'client credentials; the secret by HTTP Basic or in the form'],
      ['Scope, where it is asked for', 'scim, or blank'],
    ],
  },
  test: 'its test of the connection, where it has one',
  next: ['Assign two or three people, and a group of them.', 'Have the groups sent too.'],
  failures: [
    ['401, unauthorised', WRONG_SECRET],
    ['404, not found', 'The base URL is not the one above: copy it whole.'],
    UNREACHABLE,
  ],
  retry: 'Have it synchronise everything anew, or send the failed ones again.',
  renew: 'Enter it where base URL and token stand, test the connection, and save.',
  guide: 'connecting',
};

export const PROVIDERS: readonly Provider[] = [
  ...[ENTRA, OKTA, JUMPCLOUD, ONELOGIN, AUTHENTIK, KEYCLOAK, PINGONE, GOOGLE, RIPPLING, CONNID],
  OTHER,
];

/** The identity providers that are known by one of the names: of credentials, or what their clients call themselves. */
export const providersOf = (names: readonly string[]): readonly Provider[] =>
  PROVIDERS.filter(({ known }) => names.some((name) => known.test(name)));

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
