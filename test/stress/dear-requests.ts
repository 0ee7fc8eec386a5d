import { gzipSync } from 'node:zlib';
import { fillUsers } from './fill-users.js';
import { type StressedServer, type StressRequest } from './stressed-server.js';

/** Requests that are sent at once. */
export interface DearRequest {
  readonly name: string;
  readonly requests: readonly StressRequest[];
}

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const MEMBERS = Number(process.env['MEMBERS'] ?? 200_000);
const SCAIKEY = '/api/v1/tenants/attacker/scim/v2/groups';
const PARADIGM = '/scim/v2/Groups';
/** Just below BODY_LIMIT. */
const FULL = 15_900_000;

const ok = (index: number): string => (0x0558210c03800000n + BigInt(index)).toString(16).padStart(16, '0');
const packed = (method: string, path: string, text: string): StressRequest => ({
  method,
  path,
  body: gzipSync(text, { level: 1 }),
  headers: { 'Content-Encoding': 'gzip' },
});
const plain = (method: string, path: string, body: unknown): StressRequest => ({
  method,
  path,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const patch = (...operations: readonly object[]): object => ({ schemas: [PATCH_OP], Operations: operations });
const array = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

/** What a hostile review found to be dear, and the largest requests that are meant to be served. */
export async function* dearRequests(server: StressedServer): AsyncGenerator<DearRequest> {
  const ids = await fillUsers(server, 'attacker', MEMBERS);
  const user = await make(server, 'Users', { schemas: [USER], userName: 'dear', emails: array(1000, email) });
  const group = await make(server, 'Groups', { schemas: [GROUP], displayName: 'dear' });
  const one = (name: string, request: StressRequest): DearRequest => ({ name, requests: [request] });

  yield one('nothing to speak of', plain('GET', `Users/${user}?attributes=userName`, ''));
  yield* patches(user, group);
  yield* bodies(user);
  const attributes = array(100_000, (index) => `a${index}`);
  yield one('100,000 names in attributes', plain('POST', 'Users/.search', { schemas: [SEARCH], attributes }));
  const filter = array(20_000, (index) => `title eq "${index}"`).join(' or ');
  yield one('filter of 20,000 terms', plain('POST', 'Users/.search', { schemas: [SEARCH], filter }));
  yield one(
    'filter of 600 terms',
    plain('POST', 'Users/.search', {
      schemas: [SEARCH],
      filter: filter.slice(0, 12_000).replace(/ or [^"]*"?[^"]*"?$/, ''),
    }),
  );

  const members = ids.slice(0, MEMBERS).map((value, index) => ({ value, display: `User number ${index}` }));
  const whole = { schemas: [GROUP], displayName: 'whole', members };
  yield one(`POST group of ${MEMBERS}`, plain('POST', 'Groups?attributes=id', whole));
  yield one(
    `PUT group of ${MEMBERS}`,
    plain('PUT', `Groups/${group}?attributes=id`, { ...whole, displayName: 'put' }),
  );
  yield one(
    `PATCH remove ${MEMBERS}`,
    plain('PATCH', `Groups/${group}`, patch({ op: 'remove', path: 'members', value: members })),
  );
  yield one(
    `PATCH add ${MEMBERS}`,
    plain('PATCH', `Groups/${group}`, patch({ op: 'add', path: 'members', value: members })),
  );
  const single = members.slice(0, 1000);
  yield one(
    'PATCH of 1,000 single adds',
    plain(
      'PATCH',
      `Groups/${group}`,
      patch(...single.map((member) => ({ op: 'add', path: 'members', value: [member] }))),
    ),
  );
  yield one(
    'PATCH of 1,000 single removes',
    plain(
      'PATCH',
      `Groups/${group}`,
      patch(...single.map(({ value }) => ({ op: 'remove', path: `members[value eq "${value}"]` }))),
    ),
  );
  yield* jobs(members);
  const unknown = array(500_000, (index) => ({ value: ok(index) }));
  const strangers = JSON.stringify({ schemas: [GROUP], displayName: 'strangers', members: unknown });
  yield one('POST group of 500,000 unknown', plain('POST', 'Groups', strangers));
  yield {
    name: '12 × POST group of 500,000 unknown',
    requests: array(12, () => plain('POST', 'Groups', strangers)),
  };
  yield {
    name: '20 × POST group of 16 MB',
    requests: array(20, () =>
      packed(
        'POST',
        'Groups',
        `{"schemas":["${GROUP}"],"displayName":"x","x":["${'x'.repeat(FULL - 200)}"]}`,
      ),
    ),
  };
  yield { name: '60 × blanks, 16 MB', requests: array(60, () => packed('POST', 'Groups', ' '.repeat(FULL))) };
}

function* patches(user: string, group: string): Generator<DearRequest> {
  const terms = (count: number): string => array(count, (index) => `value eq "a${index}"`).join(' or ');
  const removes = array(100, () => ({ op: 'remove', path: `emails[${terms(490)}]` }));
  const one = (name: string, request: StressRequest): DearRequest => ({ name, requests: [request] });
  yield one(
    '100 × remove emails[490 × eq]',
    packed('PATCH', `Users/${user}`, JSON.stringify(patch(...removes))),
  );
  const contains = array(490, (index) => `value co "a${index}b"`).join(' or ');
  const scans = array(60, () => ({ op: 'remove', path: `emails[${contains}]` }));
  yield one(
    '60 × remove emails[490 × co]',
    packed('PATCH', `Users/${user}`, JSON.stringify(patch(...scans))),
  );
  const adds = array(1000, (index) => ({ op: 'add', path: 'emails', value: [email(index)] }));
  yield one('1,000 × add an email that is there', plain('PATCH', `Users/${user}`, patch(...adds)));
  const changes = array(1000, (index) => ({
    op: 'replace',
    path: `emails[value eq "${email(index).value}"].display`,
    value: `d${index}`,
  }));
  yield one('1,000 × replace emails[eq].display', plain('PATCH', `Users/${user}`, patch(...changes)));
  const same = array(1000, (index) => ({
    op: 'replace',
    path: 'emails',
    value: array(15, (n) => email(index + n)),
  }));
  yield one('1,000 × replace emails', plain('PATCH', `Users/${user}`, patch(...same)));
  const lookups = array(100, () => ({ op: 'remove', path: `members[${terms(490)}]` }));
  yield one(
    '100 × remove members[490 × eq]',
    packed('PATCH', `Groups/${group}`, JSON.stringify(patch(...lookups))),
  );
  const searches = array(20, (index) => ({ op: 'remove', path: `members[display co "x${index}"]` }));
  yield one('20 × remove members[display co]', plain('PATCH', `Groups/${group}`, patch(...searches)));
}

function* bodies(user: string): Generator<DearRequest> {
  const keys = array(800_000, (index) => `"k${index}":1`).join(',');
  const texts: readonly (readonly [string, string])[] = [
    ['800,000 unknown keys', `{"schemas":["x"],"displayName":"x",${keys}}`],
    ['one string of 15.9 MB', `{"schemas":["x"],"displayName":"${'x'.repeat(FULL - 100)}"}`],
    ['one string of 15.9 MB, unknown', `{"schemas":["x"],"x":"${'\\u00e4'.repeat((FULL - 100) / 6)}"}`],
    ['15.9 MB of {},', `{"members":[${'{},'.repeat(FULL / 3 - 20)}{}]}`],
    ['15.9 MB of 0,', `{"x":[${'0,'.repeat(FULL / 2 - 20)}0]}`],
    ['15.9 MB of blanks', ' '.repeat(FULL)],
    ['a body and 15.9 MB of blanks', `{"displayName":"blank"${' '.repeat(FULL - 100)}}`],
    ['15.9 MB of [', '['.repeat(FULL)],
    ['15.9 MB of [ in {"a":', '{"a":'.repeat(FULL / 5)],
    [
      '30 levels, wide',
      `{"x":[${'['.repeat(28) + ']'.repeat(28)}${`,${'['.repeat(28)}${']'.repeat(28)}`.repeat(20_000)}]}`,
    ],
    ['fault at the end of 15.9 MB', `{"displayName":"x","x":[${'"abcdefgh",'.repeat(FULL / 11 - 20)}}`],
    ['15.9 MB, not UTF-8 at the end', `{"displayName":"x","x":"${'x'.repeat(FULL - 200)}`],
    ['a number of 15.9 MB', `{"displayName":"x","x":${'1'.repeat(FULL - 200)}}`],
    ['15.9 MB of text in two bytes', `{"displayName":"x","x":[${'"äöüß",'.repeat(FULL / 11 - 20)}"ä"]}`],
  ];
  for (const [name, text] of texts) {
    for (const [method, path] of [
      ['POST', 'Groups'],
      ['PUT', `Users/${user}`],
    ] as const) {
      yield { name: `${method} ${path.slice(0, 6)}: ${name}`, requests: [packed(method, path, text)] };
    }
  }
  for (const path of [SCAIKEY, PARADIGM]) {
    for (const [name, text] of texts.slice(0, 4))
      yield { name: `POST ${path}: ${name}`, requests: [packed('POST', path, text)] };
  }
  const members = '{"value":"x"},'.repeat(FULL / 14 / 4);
  const nameless = packed('POST', SCAIKEY, `{"members":[${members}{}]}`);
  yield { name: `POST ${SCAIKEY}: many members, no name`, requests: [nameless] };
  const wrongType = packed('POST', SCAIKEY, '\0'.repeat(FULL));
  yield {
    name: `POST ${SCAIKEY}: 15.9 MB that are no JSON`,
    requests: [{ ...wrongType, headers: { ...wrongType.headers, 'Content-Type': 'text/plain' } }],
  };
  const form = packed('POST', PARADIGM, `displayName=form&members=[${members}{}]`);
  yield {
    name: `POST ${PARADIGM}: a form with many members`,
    requests: [
      { ...form, headers: { ...form.headers, 'Content-Type': 'application/x-www-form-urlencoded' } },
    ],
  };
}

function* jobs(members: readonly object[]): Generator<DearRequest> {
  const operations = array(5, (index) => ({
    method: 'POST',
    path: '/Groups',
    bulkId: `g${index}`,
    data: { schemas: [GROUP], displayName: `bulk ${index}`, members: members.slice(0, MEMBERS / 5) },
  }));
  yield {
    name: `Bulk with ${MEMBERS} members`,
    requests: [plain('POST', 'Bulk', { schemas: [BULK], Operations: operations })],
  };
  const add = patch({ op: 'add', path: 'members', value: members });
  yield {
    name: `Bulk with a PATCH of ${MEMBERS} members`,
    requests: [
      plain('POST', 'Bulk', {
        schemas: [BULK],
        Operations: [
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'new',
            data: { schemas: [GROUP], displayName: 'patched' },
          },
          { method: 'PATCH', path: '/Groups/bulkId:new', data: add },
        ],
      }),
    ],
  };
  const deletes = array(1000, (index) => ({ method: 'DELETE', path: `/Users/${ok(index)}` }));
  yield {
    name: 'Bulk with 1,000 unknown deletes',
    requests: [plain('POST', 'Bulk', { schemas: [BULK], Operations: deletes })],
  };
  const posts = array(1000, (index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `u${index}`,
    data: { schemas: [USER], userName: `bulk-${index}`, x: 'x'.repeat(14_000) },
  }));
  yield {
    name: 'Bulk with 1,000 users of 14 kB',
    requests: [plain('POST', 'Bulk', { schemas: [BULK], Operations: posts })],
  };
}

const email = (index: number): { value: string; type: string } => ({
  value: `user.number.${index}@example.com`,
  type: 'work',
});

async function make(server: StressedServer, path: string, resource: object): Promise<string> {
  const { body } = await server.send('attacker', plain('POST', path, resource));
  return (JSON.parse(body) as { id: string }).id;
}
