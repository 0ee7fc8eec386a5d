import fc from 'fast-check';
import pg from 'pg';
import { Administration } from '../../../src/administration/administration.js';
import { type MembershipDecision, type MembershipQuestion } from '../../../src/checks/membership-question.js';
import { makeCompanyScope } from '../../../src/scim/company-scope.js';
import { GroupsStore } from '../../../src/scim/groups/groups.store.js';
import { UsersStore } from '../../../src/scim/users/users.store.js';
import {
  type GraphMaker,
  MembershipGraph,
  names,
  type NameShape,
  rules,
  shapes,
} from '../../db/membership-graph.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { AuthzenClient } from '../../support/authzen-client.js';
import { PlatformClient } from '../../support/platform-client.js';
import { runs } from '../../support/property-runs.js';

// The stores are compared with the model in test/db/membership-checks.spec.ts; here it is what clients are told, by the
// platform API and by AuthZEN, of whatever graph of groups there is.

const GRAPHS = 12;

let service: TestApplication;
let administration: Administration;
let admin: pg.Client;
let maker: GraphMaker;
let authorization: string;
let made = 0;

beforeAll(async () => {
  service = await startTestApplication({ settings: { PLATFORM_RATE_LIMIT: '1000000' } });
  administration = await Administration.open(service.database.url);
  const asked = { name: 'all', scopes: ['check', 'search'], companies: null, expires: null } as const;
  authorization = `Bearer ${(await administration.platformCredentials.issue(asked)).secret}`;
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  const company = async (): ReturnType<GraphMaker['company']> => {
    const slug = `graph-${++made}`;
    const settings = { duplicateGroupNames: false, unknownMembers: 'reject' } as const;
    const { rows } = await admin.query<{ id: string }>(
      'INSERT INTO companies (slug, name) VALUES ($1, $1) RETURNING id',
      [slug],
    );
    return makeCompanyScope({ companyId: rows[0]?.id ?? '', slug, settings });
  };
  const users = service.app.get<GraphMaker['users']>(UsersStore);
  const groups = service.app.get<GraphMaker['groups']>(GroupsStore);
  maker = { company, users, groups, admin };
});
afterAll(async () => {
  await admin.end();
  await administration.close();
  await service.close();
});

/** A question as the platform API has it. */
const nativeQuery = ({ user, group, directOnly, includeInactive }: MembershipQuestion): string =>
  new URLSearchParams({
    user: user.value,
    userIdType: user.by,
    group: group.value,
    groupIdType: group.by,
    direct: String(directOnly),
    includeInactive: String(includeInactive),
  }).toString();

const entity = (type: string, { by, value }: MembershipQuestion['user' | 'group']): object => ({
  type,
  id: value,
  properties: { idType: by },
});
/** A question as AuthZEN has it. */
const evaluation = ({ user, group, directOnly, includeInactive }: MembershipQuestion): object => ({
  subject: entity('user', user),
  action: { name: directOnly ? 'direct_member' : 'member' },
  resource: entity('group', group),
  context: { includeInactive },
});
const decision = ({ member, reason }: MembershipDecision): object => ({
  decision: member,
  ...(reason !== undefined && { context: { reason } }),
});

/** All results of a search, page by page. */
async function searchAll(
  client: AuthzenClient,
  path: string,
  request: object,
  limit: number,
): Promise<string[]> {
  const found: string[] = [];
  for (let page: object = { limit }, more = true; more;) {
    const { status, body } = await client.post(path, { ...request, page });
    expect(status).toBe(200);
    found.push(...(body.results as { id: string }[]).map(({ id }) => id));
    const token = body.page.next_token as string;
    page = { token };
    more = token !== '';
  }
  return found;
}

/** All groups of a user, page by page; undefined where there is no such user. */
async function groupsOf(client: PlatformClient, path: string): Promise<string[] | undefined> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { status, body } = await client.get(`${path}&count=2${cursor && `&cursor=${cursor}`}`);
    if (status === 404) return undefined;
    expect(status).toBe(200);
    found.push(...(body.items as { id: string }[]).map(({ id }) => id));
    cursor = body.next as string | null;
  }
  return found;
}

const questions = fc.array(fc.tuple(names, names, rules), { minLength: 1, maxLength: 10 });

it('both interfaces answer as the model does, one by one, together and by search', async () => {
  const property = fc.asyncProperty(shapes, questions, async (shape, drawn) => {
    const graph = await MembershipGraph.make(maker, shape);
    const { slug } = graph.scope;
    const platform = new PlatformClient(service, authorization);
    const authzen = new AuthzenClient(service, authorization, slug);
    const asked = drawn.map(([user, group, rule]): MembershipQuestion => ({
      user: nonEmpty(graph.nameUser(user)),
      group: nonEmpty(graph.nameGroup(group)),
      ...rule,
    }));
    const expected = asked.map((question) => graph.decide(question));

    const one = await platform.get(`/companies/${slug}/check?${nativeQuery(asked[0]!)}`);
    expect(one.body).toEqual(expected[0]);
    expect((await authzen.post('/evaluation', evaluation(asked[0]!))).body).toEqual(decision(expected[0]!));
    const batch = await authzen.post('/evaluations', { evaluations: asked.map(evaluation) });
    expect(batch.body).toEqual({ evaluations: expected.map(decision) });

    const alike = asked.map(({ user, group }) => ({
      user: { by: 'id' as const, value: user.value },
      group: { by: 'id' as const, value: group.value },
      directOnly: false,
      includeInactive: true,
    }));
    const checks = alike.map(({ user, group }) => ({ user: user.value, group: group.value }));
    const many = await platform.send('POST', `/companies/${slug}/checks`, { checks, includeInactive: true });
    expect(many.body).toEqual({ results: alike.map((question) => graph.decide(question)) });

    await compareSearches(graph, drawn[0]!);
  });
  await fc.assert(property, runs(GRAPHS));
});

async function compareSearches(
  graph: MembershipGraph,
  [userName, groupName, rule]: readonly [
    NameShape,
    NameShape,
    { directOnly: boolean; includeInactive: boolean },
  ],
): Promise<void> {
  const { slug } = graph.scope;
  const authzen = new AuthzenClient(service, authorization, slug);
  const user = nonEmpty(graph.nameUser(userName));
  const group = nonEmpty(graph.nameGroup(groupName));
  const decide = (named: MembershipQuestion['user'], where: MembershipQuestion['group']): boolean =>
    graph.decide({ user: named, group: where, ...rule }).member;
  const { subject, action, resource, context } = evaluation({ user, group, ...rule }) as Record<
    string,
    object
  >;
  const groups = graph.groups.filter((id) => decide(user, { by: 'id', value: id }));
  const users = graph.users.filter((id) => decide({ by: 'id', value: id }, group));
  const ofUser = { subject, action, resource: { type: 'group' }, context };
  const ofGroup = { subject: { type: 'user' }, action, resource, context };
  expect(await searchAll(authzen, '/search/resource', ofUser, 2)).toEqual(groups);
  expect(await searchAll(authzen, '/search/subject', ofGroup, 2)).toEqual(users);
  const actions = await authzen.post('/search/action', { subject, resource, context });
  const both = [false, true].map((directOnly) => graph.decide({ user, group, ...rule, directOnly }).member);
  expect((actions.body.results as { name: string }[]).map(({ name }) => name)).toEqual(
    ['member', 'direct_member'].filter((_, index) => both[index]),
  );
  const path = `/companies/${slug}/users/${encodeURIComponent(user.value)}/effective-groups`;
  const query = `userIdType=${user.by}&direct=${rule.directOnly}&includeInactive=${rule.includeInactive}`;
  const listed = await groupsOf(new PlatformClient(service, authorization), `${path}?${query}`);
  expect(listed).toEqual(graph.usersNamed(user).length === 0 ? undefined : groups);
}

/** An empty name is refused, and asks nothing. */
const nonEmpty = <T extends { readonly value: string }>(named: T): T =>
  named.value === '' ? { ...named, value: 'none' } : named;
