import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  GROUP,
  groupOf,
  LIST,
  USER,
} from './messages.js';

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact?: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly uniqueness?: string;
  readonly referenceTypes?: readonly string[];
  readonly canonicalValues?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

let application: TestApplication;
let client: ScimClient;
let strict: ScimClient;

beforeAll(async () => {
  application = await startTestApplication({ settings: { MAX_OPERATIONS: '77', BODY_LIMIT: '100000' } });
  const company = await application.company();
  client = await company.client();
  strict = await company.client('strict');
});
afterAll(() => application.close());

const attributesOf = async (urn: string): Promise<readonly Attribute[]> =>
  (await client.get(`/Schemas/${urn}`)).body.attributes;

const attributeOf = async (urn: string, name: string): Promise<Attribute | undefined> =>
  (await attributesOf(urn)).find((attribute) => attribute.name === name);

const withParts = (attributes: readonly Attribute[]): readonly Attribute[] =>
  attributes.flatMap((attribute) => [attribute, ...(attribute.subAttributes ?? [])]);

const OUD_GROUP = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group';

describe('ServiceProviderConfig', () => {
  it('DISC-01 DISC-04 is one object, for everybody', async () => {
    const answer = await application.scim().get('/ServiceProviderConfig');
    expect(answer.status).toBe(200);
    expect(answer.body.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig']);
    expect(answer.body).not.toHaveProperty('Resources');
  });

  it('DISC-02 says what is supported, with limits', async () => {
    const { body } = await client.get('/ServiceProviderConfig');
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 77, maxPayloadSize: 100000 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
    });
  });

  it('DISC-03 names the authentication schemes whole', async () => {
    const { authenticationSchemes } = (await client.get('/ServiceProviderConfig')).body;
    expect(authenticationSchemes.length).toBeGreaterThan(0);
    for (const scheme of authenticationSchemes) {
      expect(['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest']).toContain(scheme.type);
      expect(scheme).toMatchObject({
        name: expect.stringMatching(/./),
        description: expect.stringMatching(/./),
      });
    }
  });

  it('DISC-06 DISC-22 has no id, and says nothing of what is not offered', async () => {
    const { body } = await client.get('/ServiceProviderConfig');
    for (const name of ['id', 'securityEvents']) expect(body).not.toHaveProperty(name);
  });

  it('DISC-05 what it claims is true', async () => {
    const user = await createUser(client, { nickName: 'Bee' });
    const patched = await client.patch(`/Users/${user.id}`, [
      { op: 'replace', path: 'nickName', value: 'Cee' },
    ]);
    expect(patched.body.nickName).toBe('Cee');
    expect((await client.get('/Users?filter=nickName%20eq%20%22Cee%22')).body.totalResults).toBe(1);
    expect((await client.get('/Users?sortBy=userName')).status).toBe(200);
    expect((await client.get(`/Users/${user.id}`)).headers.etag).toBe(patched.headers.etag);
    const bulk = await client.post('/Bulk', {
      Operations: [{ method: 'DELETE', path: `/Users/${user.id}` }],
    });
    expect(bulk.body.Operations).toMatchObject([{ status: '204' }]);
  });

  it('DISC-05 the published limits are kept', async () => {
    const { id } = await createUser(client);
    const operations = (count: number): unknown[] =>
      Array.from({ length: count }, () => ({ op: 'replace', path: 'nickName', value: 'x' }));
    expect((await client.patch(`/Users/${id}`, operations(77))).status).toBe(200);
    expectRefusal(await client.patch(`/Users/${id}`, operations(78)), 413, undefined, /77/);
    const tooLarge = { userName: 'x', displayName: 'x'.repeat(100_001) };
    expectRefusal(await client.post('/Users', tooLarge), 413, undefined, /100000/);
  });
});

describe('Schemas', () => {
  it('DISC-07 lists every schema', async () => {
    const { body } = await client.get('/Schemas');
    expect(body.schemas).toEqual([LIST]);
    expect(body.totalResults).toBe(body.Resources.length);
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([USER, ENTERPRISE, GROUP, OUD_GROUP]);
  });

  it.each([USER, GROUP, ENTERPRISE, OUD_GROUP])(
    'DISC-08 %s is there by its URN, colons raw or encoded',
    async (urn) => {
      const raw = await client.get(`/Schemas/${urn}`);
      expect([raw.status, raw.body.id]).toEqual([200, urn]);
      expect(raw.body.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:Schema']);
      expect((await client.get(`/Schemas/${encodeURIComponent(urn)}`)).body).toEqual(raw.body);
    },
  );

  it('DISC-08 an unknown URN is 404', async () => {
    expectRefusal(await client.get('/Schemas/urn:example:Nothing'), 404);
  });

  it('DISC-09 every URN in a resource is published', async () => {
    const user = await createUser(client, { [ENTERPRISE]: { department: 'Tours' } });
    const group = await createGroup(client);
    expect(user.schemas).toEqual([USER, ENTERPRISE]);
    for (const urn of [...user.schemas, ...group.schemas]) {
      expect((await client.get(`/Schemas/${urn}`)).body.id).toBe(urn);
    }
  });

  it('DISC-10 every attribute is defined whole, without nulls', async () => {
    const { text, body } = await client.get('/Schemas');
    expect(text).not.toContain('null');
    const attributes = withParts(
      body.Resources.flatMap((schema: { attributes: Attribute[] }) => schema.attributes),
    );
    expect(attributes.length).toBeGreaterThan(60);
    for (const attribute of attributes) {
      expect(attribute).toMatchObject({
        name: expect.stringMatching(/^[a-zA-Z$]/),
        type: expect.stringMatching(/^(string|boolean|decimal|integer|dateTime|reference|binary|complex)$/),
        multiValued: expect.any(Boolean),
        description: expect.stringMatching(/./),
        required: expect.any(Boolean),
        mutability: expect.stringMatching(/^(readOnly|readWrite|immutable|writeOnly)$/),
        returned: expect.stringMatching(/^(always|never|default|request)$/),
      });
      expect('subAttributes' in attribute).toBe(attribute.type === 'complex');
      expect('referenceTypes' in attribute).toBe(attribute.type === 'reference');
      if (attribute.type === 'string') {
        expect(attribute).toMatchObject({
          caseExact: expect.any(Boolean),
          uniqueness: expect.stringMatching(/^(none|server|global)$/),
        });
      }
    }
  });

  it('DISC-11 what is published is what happens', async () => {
    const userName = await attributeOf(USER, 'userName');
    expect(userName).toMatchObject({
      required: true,
      caseExact: false,
      uniqueness: 'server',
      mutability: 'readWrite',
    });
    expect((await attributeOf(USER, 'groups'))?.mutability).toBe('readOnly');
    expect(await attributeOf(USER, 'password')).toBeUndefined();
    for (const urn of [USER, GROUP]) {
      const path = urn === USER ? '/Users' : '/Groups';
      for (const { name, required, uniqueness } of await attributesOf(urn)) {
        const body: Record<string, unknown> = {
          schemas: [urn],
          userName: `p-${name}`,
          displayName: `p-${name}`,
        };
        delete body[name];
        const without = await client.post(path, body);
        expect([name, without.status]).toEqual([name, required ? 400 : 201]);
        if (uniqueness !== 'server') continue;
        const one = { schemas: [urn], userName: `q-${name}`, displayName: `q-${name}` };
        expect((await client.post(path, one)).status).toBe(201);
        expectRefusal(await client.post(path, one), 409, 'uniqueness');
      }
    }
  });

  it('DISC-11 CHAR-05 texts come back as they were sent and are compared as caseExact says', async () => {
    // $ref follows from value, although RFC 7643 §8.7.1 has that of a manager as readWrite.
    const isText = ({ name, type, mutability }: Attribute): boolean =>
      ['string', 'reference', 'binary'].includes(type) && mutability === 'readWrite' && name !== '$ref';
    const valueOf = ({ name, type }: Attribute): string =>
      type === 'binary' ? 'TWl4ZWQ=' : `Mixed-${name}-Ä`;
    const sample = (attribute: Attribute): unknown => {
      const parts = attribute.subAttributes?.filter(isText);
      const value = parts
        ? Object.fromEntries(parts.map((part) => [part.name, valueOf(part)]))
        : valueOf(attribute);
      return attribute.multiValued ? [value] : value;
    };
    const own = await (await application.company()).client('strict');
    const body: Record<string, unknown> = { schemas: [USER, ENTERPRISE] };
    const texts: [string, Attribute][] = [];
    for (const urn of [USER, ENTERPRISE]) {
      const attributes = (await attributesOf(urn)).filter(
        (attribute) => isText(attribute) || attribute.subAttributes?.some(isText),
      );
      const values = Object.fromEntries(attributes.map((attribute) => [attribute.name, sample(attribute)]));
      Object.assign(body, urn === USER ? values : { [urn]: values });
      for (const attribute of attributes)
        texts.push(
          ...(attribute.subAttributes?.filter(isText) ?? [attribute]).map((part): [string, Attribute] => [
            `${urn}:${attribute.name}${part === attribute ? '' : `.${part.name}`}`,
            part,
          ]),
        );
    }
    const user = await createUser(own, body);
    expect((await own.get(`/Users/${user.id}`)).body).toMatchObject(body);
    expect(texts.length).toBeGreaterThan(40);
    for (const [path, attribute] of texts) {
      const value = valueOf(attribute);
      const found = async (text: string): Promise<number> =>
        (await own.get(`/Users?count=0&filter=${encodeURIComponent(`${path} eq "${text}"`)}`)).body
          .totalResults;
      const exact = attribute.caseExact === true;
      expect([path, await found(value), await found(value.toUpperCase())]).toEqual([path, 1, exact ? 0 : 1]);
    }
  });

  it('DISC-11 readOnly attributes refuse a PATCH, readWrite ones take it', async () => {
    const { id } = await createUser(client);
    const samples: Record<string, unknown> = {
      string: 'x',
      boolean: true,
      reference: 'https://example.org/',
      binary: 'TUlJ',
      complex: { value: 'TUlJ', formatted: 'x' },
    };
    for (const { name, type, multiValued, mutability } of await attributesOf(USER)) {
      const sample = name === 'userName' ? 'patched' : samples[type];
      const value = multiValued ? [sample] : sample;
      const answer = await strict.patch(`/Users/${id}`, [{ op: 'replace', path: name, value }]);
      if (mutability === 'readOnly') expectRefusal(answer, 400, 'mutability', new RegExp(name));
      else expect([name, answer.status]).toEqual([name, 200]);
    }
  });

  it('DISC-12 the errata are in', async () => {
    const parts = (await attributeOf(USER, 'addresses'))?.subAttributes ?? [];
    expect(parts.find(({ name }) => name === 'primary')).toMatchObject({ type: 'boolean', required: false });
    expect((await attributeOf(GROUP, 'displayName'))?.required).toBe(true);
    const all = withParts([...(await attributesOf(USER)), ...(await attributesOf(GROUP))]);
    const references = all.filter(({ type }) => type === 'reference');
    expect(references.length).toBeGreaterThan(2);
    for (const { referenceTypes, caseExact } of references) {
      expect([Array.isArray(referenceTypes), caseExact]).toEqual([true, true]);
    }
    const certificates = await attributeOf(USER, 'x509Certificates');
    expect(certificates?.subAttributes?.[0]).toMatchObject({
      name: 'value',
      type: 'binary',
      caseExact: true,
    });
  });

  it('DISC-13 CHAR-16 messages and common attributes are not among them', async () => {
    const { text } = await client.get('/Schemas');
    expect(text.replaceAll('messages:2.0:ListResponse', '')).not.toContain('scim:api:messages');
    const names = (await attributesOf(USER)).map(({ name }) => name);
    for (const common of ['id', 'externalId', 'meta', 'schemas', 'password'])
      expect(names).not.toContain(common);
  });

  it('is the same for both dialects', async () => {
    expect((await strict.get('/Schemas')).text).toBe((await client.get('/Schemas')).text);
  });

  it("TEN-07 tells the company's setting for names of groups", async () => {
    expect((await attributeOf(GROUP, 'displayName'))?.uniqueness).toBe('server');
    const company = await application.company();
    await application.administration.setCompany(company.slug, { duplicateGroupNames: true });
    const other = await company.client();
    const { attributes } = (await other.get(`/Schemas/${GROUP}`)).body;
    expect(attributes[0]).toMatchObject({ name: 'displayName', uniqueness: 'none', required: true });
    for (let index = 0; index < 2; index++) await createGroup(other, { displayName: 'Twins' });
    expect((await other.get('/Groups')).body.totalResults).toBe(2);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('DISC-14 %s of a schema is refused', async (method) => {
    const headers = { authorization: `Bearer ${client.token}`, 'content-type': 'application/scim+json' };
    const before = (await client.get('/Schemas')).text;
    for (const path of ['/Schemas', `/Schemas/${USER}`]) {
      expectRefusal(await client.send({ method, path, headers, body: '{}' }), 405);
    }
    expect((await client.get('/Schemas')).text).toBe(before);
  });
});

describe('ResourceTypes', () => {
  it('DISC-15 a list, each by its name, 404 for others', async () => {
    const { body } = await client.get('/ResourceTypes');
    expect([body.schemas, body.totalResults, body.Resources.length]).toEqual([[LIST], 2, 2]);
    for (const type of body.Resources) {
      expect((await client.get(`/ResourceTypes/${type.name}`)).body).toEqual(type);
    }
    expectRefusal(await client.get('/ResourceTypes/Device'), 404);
  });

  it('DISC-16 DISC-23 its schemas are published, its id is its name', async () => {
    const ids = (await client.get('/Schemas')).body.Resources.map(({ id }: { id: string }) => id);
    for (const type of (await client.get('/ResourceTypes')).body.Resources) {
      expect(type).toMatchObject({ id: type.name, endpoint: `/${type.name}s` });
      expect(ids).toContain(type.schema);
      for (const { schema, required } of type.schemaExtensions) {
        expect([ids.includes(schema), required]).toEqual([true, false]);
      }
    }
    const { schemaExtensions } = (await client.get('/ResourceTypes/User')).body;
    expect(schemaExtensions).toEqual([{ schema: ENTERPRISE, required: false }]);
  });
});

describe('all of them', () => {
  const lists = ['/Schemas', '/ResourceTypes', `/Schemas/${USER}`, '/ResourceTypes/User'];

  it.each(lists)('DISC-18 a filter on %s is 403', async (path) => {
    expectRefusal(await client.get(`${path}?filter=id%20eq%20%22x%22`), 403);
  });

  it.each(lists)('DISC-19 paging and sorting do not apply to %s', async (path) => {
    const plain = await client.get(path);
    const paged = await client.get(`${path}?count=1&startIndex=2&sortBy=id&sortOrder=descending`);
    expect([paged.status, paged.text]).toEqual([200, plain.text]);
  });

  it('DISC-20 every meta.location dereferences', async () => {
    const documents = [
      (await client.get('/ServiceProviderConfig')).body,
      ...(await client.get('/Schemas')).body.Resources,
      ...(await client.get('/ResourceTypes')).body.Resources,
    ];
    for (const document of documents) {
      const { resourceType, location } = document.meta;
      expect(document.schemas[0].endsWith(`:${resourceType}`)).toBe(true);
      expect(location.startsWith(`${application.base}/`)).toBe(true);
      expect((await client.get(location.slice(application.base.length))).body).toEqual(document);
    }
  });

  it('GRP-02 links of members lead to what they name', async () => {
    const user = await createUser(client);
    const [member] = (await groupOf(client, user.id)).members;
    expect((await client.get(member.$ref.slice(application.base.length))).body.id).toBe(user.id);
  });
});
