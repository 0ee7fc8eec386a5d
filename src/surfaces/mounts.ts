/**
 * The path in front of all routes of each surface, by its name, without slashes at its ends. They stand apart, for
 * programs that name the surfaces and load none of them.
 */
export const MOUNTS = {
  standard: 'standard/scim/v2',
  paradigm: 'scim/v2',
  oud: 'iam/directory/oud/scim/v1',
  strongdm: 'provisioning/generic/v2',
  scaikey: 'api/v1/tenants/:tenant_id/scim/v2',
} as const;

export type SurfaceName = keyof typeof MOUNTS;
