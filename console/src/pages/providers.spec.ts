import { providersOf } from './providers.js';

it.each<[string, string[]]>([
  ['Entra ID (client)', ['entra']],
  ['Microsoft-Entra-SCIM', ['entra']],
  ['AzureAD', ['entra']],
  ['Okta production, eu-central-1', ['okta']],
  ['PingOne', ['pingone']],
  ['authentik', ['authentik']],
  ['Keycloak', ['keycloak']],
  ['Rippling', ['rippling']],
  ['Syncope', ['connid']],
  ['Shipping', []],
])('%s is a credential of %j', (name, ids) => {
  expect(providersOf([name]).map(({ id }) => id)).toEqual(ids);
});
