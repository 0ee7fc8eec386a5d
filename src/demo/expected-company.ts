/** A user as it should be, after what was sent so far. */
export interface ExpectedUser {
  readonly kind: 'User';
  /** Given by the server; undefined while it has not answered with one. */
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

/** A group as it should be. */
export interface ExpectedGroup {
  readonly kind: 'Group';
  id: string | undefined;
  readonly externalId: string;
  displayName: string;
  readonly members: Set<ExpectedResource>;
}

export type ExpectedResource = ExpectedUser | ExpectedGroup;

/** The name that people know a resource by. */
export const nameOf = (resource: ExpectedResource): string =>
  resource.kind === 'User' ? resource.userName : resource.displayName;

/** What the company should hold: every request changes it in the same way as it should change the server. */
export class ExpectedCompany {
  readonly users = new Set<ExpectedUser>();
  readonly groups = new Set<ExpectedGroup>();

  /** A deleted resource is no longer a member of anything, nor anybody's manager. */
  delete(resource: ExpectedResource): void {
    if (resource.kind === 'User') this.users.delete(resource);
    else this.groups.delete(resource);
    for (const group of this.groups) group.members.delete(resource);
  }

  /** The groups that name `resource` as a member themselves. */
  directGroupsOf(resource: ExpectedResource): readonly ExpectedGroup[] {
    return [...this.groups].filter((group) => group.members.has(resource));
  }
}
