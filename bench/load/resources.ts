import { GROUP_SCHEMA_URN, PATCH_URN, USER_SCHEMA_URN } from '../../test/support/schema-urns.js';

const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const BULK_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

export const userNameOf = (realm: string, n: number): string => `person.${n}@${realm}.example`;
export const externalIdOf = (realm: string, n: number): string => `${realm}-${n}`;

/** A user as identity providers send one. */
export function userResource(realm: string, n: number, managerId?: string): object {
  const userName = userNameOf(realm, n);
  return {
    schemas: [USER_SCHEMA_URN, ENTERPRISE_URN],
    externalId: externalIdOf(realm, n),
    userName,
    active: true,
    displayName: `Ada Nguyen ${n}`,
    name: { formatted: `Ada Nguyen ${n}`, familyName: `Nguyen ${n}`, givenName: 'Ada' },
    title: 'Engineer',
    emails: [{ primary: true, type: 'work', value: userName }],
    phoneNumbers: [{ type: 'work', value: `+49 30 ${1_000_000 + n}` }],
    [ENTERPRISE_URN]: {
      employeeNumber: String(n),
      department: `Department ${n % 50}`,
      ...(managerId !== undefined && { manager: { value: managerId } }),
    },
  };
}

export function groupResource(displayName: string, memberIds: readonly string[]): object {
  return { schemas: [GROUP_SCHEMA_URN], displayName, members: memberIds.map((value) => ({ value })) };
}

/** @param resources users to be made */
export function bulkOf(resources: readonly object[]): string {
  return JSON.stringify({
    schemas: [BULK_URN],
    Operations: resources.map((data, index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: String(index),
      data,
    })),
  });
}

export const patchOf = (...operations: readonly object[]): string =>
  JSON.stringify({ schemas: [PATCH_URN], Operations: operations });
