/** A user as the server should have it after the requests so far. */
export interface ExpectedUser {
  readonly kind: 'User';
  /** The id that the server gave; undefined as long as it has not answered with one. */
  id: string | undefined;
  readonly externalId: string;
  userName: string;
  displayName: string;
  givenName: string;
  familyName: string;
  email: string;
  active: boolean;
  manager: ExpectedUser | undefined;
}

/** A group as the server should have it after the requests so far. */
export interface ExpectedGroup {
  readonly kind: 'Group';
  id: string | undefined;
  readonly externalId: string;
  displayName: string;
  readonly members: Set<ExpectedResource>;
}

export type ExpectedResource = ExpectedUser | ExpectedGroup;

/** The name of a resource in reports. */
export const nameOf = (resource: ExpectedResource): string =>
  resource.kind === 'User' ? resource.userName : resource.displayName;

/** The users and groups that the server should have. Each request is also carried out here. */
export class ExpectedCompany {
  readonly users = new Set<ExpectedUser>();
  readonly groups = new Set<ExpectedGroup>();

  /** Removes a resource, also from the groups that it is a member of. */
  delete(resource: ExpectedResource): void {
    if (resource.kind === 'User') this.users.delete(resource);
    else this.groups.delete(resource);
    for (const group of this.groups) group.members.delete(resource);
  }

  /** The groups that a resource is a direct member of. */
  directGroupsOf(resource: ExpectedResource): readonly ExpectedGroup[] {
    return [...this.groups].filter((group) => group.members.has(resource));
  }
}
