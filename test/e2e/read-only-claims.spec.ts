import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimClient } from '../support/scim-client.js';

const pathless = (value: object): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', value }],
});

describe('read-only values in a path-less PATCH', () => {
  let application: TestApplication;
  let strict: ScimClient;
  let lenient: ScimClient;

  beforeAll(async () => {
    application = await startTestApplication();
    const company = await application.company();
    strict = await company.client('strict');
    lenient = await company.client('lenient');
  });

  afterAll(() => application.close());

  describe.each([
    [
      '/Users',
      { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada' },
      { nickName: 'a' },
      200,
    ],
    [
      '/Groups',
      { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'A' },
      { externalId: 'a' },
      204,
    ],
  ])('%s', (endpoint, body, change, done) => {
    let path: string;
    let resource: Record<string, unknown>;

    beforeAll(async () => {
      const created = await strict.post(endpoint, body);
      resource = created.body as Record<string, unknown>;
      path = `${endpoint}/${String(resource['id'])}`;
    });

    it('PAT-37 pass where they repeat what is stored', async () => {
      const answer = await strict.patch(
        path,
        pathless({ id: resource['id'], meta: resource['meta'], ...change }),
      );
      expect(answer.status).toBe(done);
      expect((await strict.get(path)).body).toMatchObject(change);
    });

    it('PAT-36 are refused by the strict dialect where they differ, and nothing is changed', async () => {
      const before = await strict.get(path);
      const answer = await strict.patch(path, pathless({ id: '0000000000000001', externalId: 'other' }));
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
      expect((await strict.get(path)).body).toEqual(before.body);
    });

    it('PAT-37 are ignored by the lenient dialect', async () => {
      const answer = await lenient.patch(path, pathless({ id: '0000000000000001', externalId: 'lenient' }));
      expect(answer.status).toBe(done);
      expect((await lenient.get(path)).body).toMatchObject({ id: resource['id'], externalId: 'lenient' });
    });

    it('PAT-45 of an unknown resource are 404', async () => {
      const answer = await strict.patch(`${endpoint}/7000000000000000`, pathless({ id: 'x' }));
      expect(answer.status).toBe(404);
    });
  });
});
