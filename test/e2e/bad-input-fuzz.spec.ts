import { type Dialect } from '../../src/protocol/dialect/dialect.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ROUNDS = 1500;
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);

/** A small generator (mulberry32), so that a failure can be played again. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  '',
  ' ',
  'x',
  '\0',
  '\ud800',
  '%',
  '_',
  '"',
  '\\',
  "'",
  '__proto__',
  'members',
  'True',
  '2024-01-01T00:00:00Z',
  [],
  {},
  [[]],
  [null],
  [{}],
  { value: 'x' },
  [{ value: 'x', primary: true }],
  { $ref: '../Users/1' },
  { op: 'add' },
  { members: [{ value: '0000000000000001' }] },
  'ffffffffffffffff',
  'x'.repeat(3000),
  { [ENTERPRISE]: { manager: null } },
  [USER, GROUP],
  'emails[type eq "work"]',
  9007199254740991,
  '\u202e\u0000',
];
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'userName',
  'USERNAME',
  'members',
  'id',
  'meta',
  'groups',
  'emails',
  'name',
  'schemas',
  USER,
  `${USER}:title`,
  ENTERPRISE,
  `${ENTERPRISE}:manager`,
  `${ENTERPRISE}:manager.value`,
  'name.givenName',
  '',
  ' ',
  '$ref',
  'emails[type eq "work"].value',
  'emails[',
  'password',
  'active',
  'displayName',
  '\0',
  'urn:x:y',
  'members[value eq "x"]',
  'addresses[type eq "work"]',
  'emails[primary eq true]',
  'roles[value eq "a" and not (type pr)]',
];
const ODD_TEXT = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  '\0',
  '%',
  '%zz',
  '%00',
  '&',
  '=',
  '?',
  '#',
  ' and ',
  ' or ',
  'not (',
  ' eq ',
  ' pr',
  '\ud800',
  ':',
  '.',
  ',',
  '1e999',
  '-',
  'null',
  '/',
  ';',
  "'",
  '--',
  '\u2028',
  'é',
  '😀',
  ' ',
];

interface Request {
  method: string;
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

describe('1,500 mutations of valid requests', () => {
  let service: TestApplication;
  const clients: ScimClient[] = [];
  const owned = new Map<ScimClient, { user: string; group: string }>();
  /** Clients that were answered 404, perhaps since a mutation deleted what they own. */
  const doubting = new Set<ScimClient>();

  beforeAll(async () => {
    process.stdout.write(`fuzz seed ${SEED}\n`);
    service = await startTestApplication({ settings: { BODY_LIMIT: '64KiB' } });
    for (const dialect of ['lenient', 'strict'] satisfies Dialect[]) {
      clients.push(await (await service.company(dialect)).client(dialect));
    }
  });
  afterAll(() => service.close());

  /** The user and group that the requests of one client are about; made anew where a mutation deleted them. */
  async function targets(client: ScimClient, round: number): Promise<{ user: string; group: string }> {
    const known = owned.get(client);
    if (known && !doubting.delete(client)) return known;
    if (known && (await client.get(`/Users/${known.user}`)).status === 200) {
      if ((await client.get(`/Groups/${known.group}`)).status === 200) return known;
    }
    const user = await client.post('/Users', { schemas: [USER], userName: `fuzz-${round}` });
    const members = [{ value: user.body.id as string }];
    const group = await client.post('/Groups', { schemas: [GROUP], displayName: `fuzz-${round}`, members });
    expect([user.status, group.status]).toEqual([201, 201]);
    const made = { user: user.body.id as string, group: group.body.id as string };
    owned.set(client, made);
    return made;
  }

  it('FIL PAT ERR-11 never give a 5xx, and every refusal is a SCIM error', async () => {
    const random = generator(SEED);
    const below = (limit: number): number => Math.floor(random() * limit);
    const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;

    const valid = ({ user, group }: { user: string; group: string }, round: number): Request => {
      const person = {
        schemas: [USER, ENTERPRISE],
        userName: `person-${round}`,
        name: { givenName: 'A', familyName: 'B' },
        emails: [{ value: 'a@example.org', type: 'work', primary: true }],
        addresses: [{ type: 'work', locality: 'X' }],
        active: true,
        [ENTERPRISE]: { department: 'D', manager: { value: user } },
      };
      const filter = pick([
        'userName eq "a" and (emails[type eq "work" and value co "@"] or not (active eq true))',
        'meta.lastModified ge "2020-01-01T00:00:00Z"',
        'name.familyName sw "B" or externalId pr',
        `groups.value eq "${group}"`,
        `${ENTERPRISE}:manager.value eq "${user}"`,
      ]);
      const members = [{ value: user }];
      const requests: Request[] = [
        { method: 'POST', path: '/Users', body: person, headers: {} },
        { method: 'PUT', path: `/Users/${user}`, body: person, headers: { 'If-Match': '*' } },
        {
          method: 'GET',
          path: `/Users?filter=${encodeURIComponent(filter)}&count=3&sortBy=userName`,
          body: undefined,
          headers: {},
        },
        {
          method: 'GET',
          path: `/Groups?filter=${encodeURIComponent(`members.value eq "${user}"`)}&startIndex=1`,
          body: undefined,
          headers: {},
        },
        {
          method: 'POST',
          path: '/Groups',
          body: { schemas: [GROUP], displayName: `g-${round}`, members },
          headers: {},
        },
        {
          method: 'PUT',
          path: `/Groups/${group}?attributes=displayName,members.value`,
          body: { schemas: [GROUP], displayName: 'g', members },
          headers: {},
        },
        {
          method: 'PATCH',
          path: `/Users/${user}`,
          body: {
            schemas: [PATCH_OP],
            Operations: [
              { op: 'replace', path: 'emails[type eq "work"].value', value: 'b@example.org' },
              { op: 'add', value: { title: 'T', name: { givenName: 'C' } } },
              { op: 'remove', path: `${ENTERPRISE}:department` },
            ],
          },
          headers: { 'If-Match': 'W/"1"' },
        },
        {
          method: 'PATCH',
          path: `/Groups/${group}`,
          body: {
            schemas: [PATCH_OP],
            Operations: [
              { op: 'add', path: 'members', value: members },
              { op: 'remove', path: `members[value eq "${user}"]` },
              { op: 'replace', path: 'displayName', value: `n-${round}` },
            ],
          },
          headers: {},
        },
        {
          method: 'GET',
          path: `/Users/${user}?attributes=userName,emails.value`,
          body: undefined,
          headers: { 'If-None-Match': 'W/"1"' },
        },
        { method: 'GET', path: '/Schemas', body: undefined, headers: {} },
      ];
      return pick(requests);
    };

    const mutateText = (text: string): string => {
      const at = below(text.length + 1);
      switch (below(4)) {
        case 0:
          return text.slice(0, at) + pick(ODD_TEXT) + text.slice(at);
        case 1:
          return text.slice(0, at) + text.slice(at + 1 + below(4));
        case 2:
          return text.slice(0, at) + text.slice(at).repeat(2);
        default:
          return text.slice(0, at) + String.fromCharCode(below(0x300)) + text.slice(at + 1);
      }
    };
    const mutateValue = (value: unknown): unknown => {
      if (random() < 0.25 || typeof value !== 'object' || value === null) {
        return typeof value === 'string' && random() < 0.5 ? mutateText(value) : pick(ODD_VALUES);
      }
      if (Array.isArray(value)) {
        const list = [...(value as unknown[])];
        const at = below(list.length + 1);
        if (random() < 0.2) list.splice(at, 1);
        else if (random() < 0.3) list.splice(at, 0, pick(ODD_VALUES));
        else list[at] = mutateValue(list[at]);
        return list;
      }
      const entries = Object.entries(value);
      const at = below(entries.length + 1);
      const [name, inner] = entries[at] ?? [pick(ODD_NAMES), pick(ODD_VALUES)];
      if (random() < 0.2) entries.splice(at, 1);
      else
        entries[at] = [
          random() < 0.3 ? pick(ODD_NAMES) : name,
          random() < 0.3 ? pick(ODD_VALUES) : mutateValue(inner),
        ];
      return Object.fromEntries(entries);
    };
    const mutatePath = (path: string): string =>
      // What no client library would put on the wire ends in Node's own parser.
      mutateText(random() < 0.5 ? path : decodeURIComponent(path))
        .replace(/[^\x21-\x7e]/gu, (letter) =>
          /\p{Surrogate}/u.test(letter) ? '%ed%a0%80' : encodeURIComponent(letter),
        )
        .replace(/^(?!\/)/, '/');

    const statuses: Record<string, number> = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      const client = pick(clients);
      const request = valid(await targets(client, round), round);
      const part = random();
      if (request.body !== undefined && part < 0.8) {
        for (let count = 1 + below(3); count > 0; count -= 1) request.body = mutateValue(request.body);
      } else if (part < 0.95) {
        request.path = mutatePath(request.path);
      } else {
        request.headers[pick(['If-Match', 'If-None-Match', 'Accept', 'Prefer', 'Content-Type'])] = mutateText(
          'W/"1", "2"',
        ).replace(/[^\x20-\xff]/g, '?');
      }
      let text = request.body === undefined ? undefined : JSON.stringify(request.body);
      if (text !== undefined && random() < 0.15) text = mutateText(text);
      const headers = {
        Authorization: `Bearer ${client.token}`,
        ...(text === undefined ? {} : { 'Content-Type': 'application/scim+json' }),
        ...request.headers,
      };
      const answer: ScimAnswer = await client.send({
        method: request.method,
        path: request.path,
        headers,
        ...(text === undefined ? {} : { body: text }),
      });
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (answer.status === 404) doubting.add(client);
      const shown = { round, method: request.method, path: request.path, text, answer: answer.text };
      expect({ ...shown, failed: answer.status >= 500 && answer.status !== 501 }).toEqual({
        ...shown,
        failed: false,
      });
      if (answer.status >= 400) {
        expect({ ...shown, status: answer.body?.status as unknown }).toEqual({
          ...shown,
          status: String(answer.status),
        });
        expect(String(answer.body.detail).length).toBeGreaterThan(10);
      }
    }
    process.stdout.write(`fuzz statuses ${JSON.stringify(statuses)}\n`);
    expect(statuses['400']).toBeGreaterThan(ROUNDS / 5);
    expect((statuses['200'] ?? 0) + (statuses['201'] ?? 0) + (statuses['204'] ?? 0)).toBeGreaterThan(
      ROUNDS / 10,
    );
  }, 180_000);
});
