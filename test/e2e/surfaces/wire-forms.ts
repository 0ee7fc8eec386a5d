import { type TestApplication, type TestCompany } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { GROUP, PATCH_OP, USER } from '../standard/messages.js';

export type Kind = 'User' | 'Group';

/** How a surface writes what tests of all surfaces send and read. */
export interface WireForm {
  readonly path: (company: string) => string;
  /** The body of a POST or PUT. */
  readonly resource: (kind: Kind, attributes: object) => object;
  /** The body of a PATCH that gives a resource this name. */
  readonly rename: (kind: Kind, displayName: string) => object;
  /** A user as an element of `members`. */
  readonly member: (id: string) => object;
  /** The one resource of an answer, with `id` and `meta`. */
  readonly shown: (body: ScimAnswer['body'], kind: Kind) => ScimAnswer['body'];
  /** Whether groups can be replaced. */
  readonly putsGroups: boolean;
}

const URN = { User: USER, Group: GROUP };

/** The attributes that each kind has to have. */
const required = (kind: Kind, attributes: object): object =>
  kind === 'User' ? attributes : { members: [], ...attributes };

export const patchOf = (...Operations: object[]): object => ({ schemas: [PATCH_OP], Operations });

const flat: Omit<WireForm, 'path'> = {
  resource: (kind, attributes) => ({ schemas: [URN[kind]], ...required(kind, attributes) }),
  rename: (_kind, value) => patchOf({ op: 'replace', path: 'displayName', value }),
  member: (value) => ({ value }),
  shown: (body) => body,
  putsGroups: true,
};

export const WIRE_FORMS: Readonly<Record<string, WireForm>> = {
  standard: { ...flat, path: () => '/standard/scim/v2' },
  paradigm: { ...flat, path: () => '/scim/v2', putsGroups: false },
  scaikey: { ...flat, path: (company) => `/api/v1/tenants/${company}/scim/v2` },
  oud: {
    ...flat,
    path: () => '/iam/directory/oud/scim/v1',
    resource: (kind, attributes) => ({
      schemas: [URN[kind]],
      [URN[kind]]: required(kind, attributes),
    }),
    shown: (body, kind) => ({ ...body.Resources[0], ...body.Resources[0][URN[kind]] }),
  },
  strongdm: {
    ...flat,
    path: () => '/provisioning/generic/v2',
    rename: (_kind, displayName) => patchOf({ op: 'replace', value: { displayName } }),
    member: (id) => ({ value: `a-${id}`, display: id }),
  },
};

/** A client for each surface, by its name, with the company's token. */
export async function clientsOfAllSurfaces(
  application: TestApplication,
  company: TestCompany,
): Promise<Readonly<Record<string, ScimClient>>> {
  const token = await company.token();
  return Object.fromEntries(
    Object.entries(WIRE_FORMS).map(([name, { path }]) => [
      name,
      application.scim(token, application.origin + path(company.slug)),
    ]),
  );
}
