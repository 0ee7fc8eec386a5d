import { DIALECTS, startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { createGroup, createUser, ENTERPRISE, expectRefusal, LIST } from './messages.js';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

/** The userNames of one page. */
const page = async (client: ScimClient, query: string): Promise<string[]> => {
  const { status, body } = await client.get(`/Users?${query}`);
  expect(status).toBe(200);
  return body.Resources.map(({ userName }: { userName: string }) => userName);
};

describe.each(DIALECTS)('in the %s dialect', (dialect) => {
  describe('sorting', () => {
    let client: ScimClient;
    const PEOPLE = [
      {
        userName: 'bJ',
        externalId: 'b',
        title: 'x',
        name: { familyName: 'Ba' },
        [ENTERPRISE]: { department: 'c' },
      },
      {
        userName: 'Ba',
        externalId: 'B',
        name: { familyName: 'bJ' },
        emails: [{ value: 'z@x' }, { value: 'a@x', primary: true }],
      },
      { userName: 'é', externalId: 'a', title: 'X', emails: [{ value: 'b@x' }, { value: 'a@x' }] },
      { userName: 'z', externalId: 'A', title: 'a', active: false, [ENTERPRISE]: { department: 'D' } },
    ];

    beforeAll(async () => {
      client = await (await application.company()).client(dialect);
      for (const person of PEOPLE) await createUser(client, person);
    });

    it('SORT-01 orders all results before paging', async () => {
      const pages = [];
      for (const startIndex of [1, 2, 3, 4])
        pages.push(...(await page(client, `sortBy=userName&count=1&startIndex=${startIndex}`)));
      expect(pages).toEqual(['Ba', 'bJ', 'z', 'é']);
    });

    it('SORT-02 ascends unless told to descend', async () => {
      expect(await page(client, 'sortBy=userName')).toEqual(['Ba', 'bJ', 'z', 'é']);
      expect(await page(client, 'sortBy=userName&sortOrder=ascending')).toEqual(['Ba', 'bJ', 'z', 'é']);
      expect(await page(client, 'sortBy=userName&sortOrder=DESCENDING')).toEqual(['é', 'z', 'bJ', 'Ba']);
      const unsorted = await page(client, '');
      expect(await page(client, 'sortOrder=descending')).toEqual(unsorted);
    });

    it('SORT-03 with or without case, as the attribute is compared, in the order of code points', async () => {
      expect(await page(client, 'sortBy=externalId')).toEqual(['z', 'Ba', 'é', 'bJ']);
      expect(await page(client, 'sortBy=USERNAME')).toEqual(['Ba', 'bJ', 'z', 'é']);
    });

    it('SORT-04 dateTimes and booleans by value', async () => {
      expect(await page(client, 'sortBy=meta.created')).toEqual(PEOPLE.map(({ userName }) => userName));
      expect(await page(client, 'sortBy=meta.created&sortOrder=descending')).toEqual(
        PEOPLE.map(({ userName }) => userName).reverse(),
      );
      expect((await page(client, 'sortBy=active'))[0]).toBe('z');
    });

    it('SORT-05 a list by its primary value, else by its first', async () => {
      expect((await page(client, 'sortBy=emails.value')).slice(0, 2)).toEqual(['Ba', 'é']);
      expect((await page(client, 'sortBy=emails')).slice(0, 2)).toEqual(['Ba', 'é']);
      expect((await page(client, 'sortBy=emails.value&sortOrder=descending')).slice(2)).toEqual(['é', 'Ba']);
    });

    it('SORT-06 sub-attributes and names with URN', async () => {
      expect((await page(client, 'sortBy=name.familyName')).slice(0, 2)).toEqual(['bJ', 'Ba']);
      expect((await page(client, `sortBy=${ENTERPRISE}:department`)).slice(0, 2)).toEqual(['bJ', 'z']);
      expectRefusal(await client.get('/Users?sortBy=name'), 400, 'invalidValue', /name/);
    });

    it('SORT-07 without a value last, and first when descending', async () => {
      expect((await page(client, 'sortBy=title')).at(-1)).toBe('Ba');
      expect((await page(client, 'sortBy=title&sortOrder=descending'))[0]).toBe('Ba');
      expect((await page(client, 'sortBy=title'))[0]).toBe('z');
    });

    it.each([
      'sortBy=foo',
      'sortBy=name.foo',
      'sortBy=emails[type eq "x"]',
      'sortBy=userName&sortOrder=up',
      'sortBy=constructor',
    ])('SORT-08 %s is refused', async (query) => {
      expectRefusal(await client.get(`/Users?${encodeURI(query)}`), 400, 'invalidValue', /sort/);
    });

    it('SORT-08 an empty sortBy is refused in the strict dialect, and none in the lenient one', async () => {
      const answer = await client.get('/Users?sortBy=');
      if (dialect === 'strict') expectRefusal(answer, 400, 'invalidValue', /sort/);
      else expect(answer.body).toEqual((await client.get('/Users')).body);
    });

    it('SORT-09 says that it can', async () => {
      expect((await client.get('/ServiceProviderConfig')).body.sort).toEqual({ supported: true });
    });

    it('SORT-10 equal values keep one order over the pages', async () => {
      for (const order of ['ascending', 'descending']) {
        const pages = [];
        for (const startIndex of [1, 2, 3, 4]) {
          pages.push(
            ...(await page(client, `sortBy=userType&sortOrder=${order}&count=1&startIndex=${startIndex}`)),
          );
        }
        expect(pages.sort()).toEqual(PEOPLE.map(({ userName }) => userName).sort());
      }
    });

    it('SORT-11 a password orders nothing', async () => {
      expectRefusal(await client.get('/Users?sortBy=password'), 400, 'invalidValue', /password/);
    });

    it('groups are sorted too', async () => {
      const own = await (await application.company()).client(dialect);
      for (const displayName of ['b', 'C', 'a']) await createGroup(own, { displayName });
      const { body } = await own.get('/Groups?sortBy=displayName&sortOrder=descending');
      expect(body.Resources.map(({ displayName }: { displayName: string }) => displayName)).toEqual([
        'C',
        'b',
        'a',
      ]);
    });
  });

  describe('paging by index', () => {
    const TOTAL = 115;
    let client: ScimClient;
    let all: string[];

    beforeAll(async () => {
      client = await (await application.company()).client(dialect);
      const names = Array.from({ length: TOTAL }, (_, index) => `user-${index}`);
      for (let start = 0; start < TOTAL; start += 20) {
        await Promise.all(names.slice(start, start + 20).map((userName) => createUser(client, { userName })));
      }
      all = await page(client, 'count=1000');
    });

    it('IDX-01 IDX-14 is a ListResponse with Resources', async () => {
      const { body } = await client.get('/Users');
      expect([body.schemas, body.totalResults]).toEqual([[LIST], TOTAL]);
      for (const user of body.Resources)
        expect(user.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:User']);
    });

    it('IDX-02 IDX-05 IDX-10 says which part it is', async () => {
      const { body } = await client.get('/Users?count=10&startIndex=111');
      expect([body.totalResults, body.startIndex, body.itemsPerPage, body.Resources.length]).toEqual([
        TOTAL,
        111,
        5,
        5,
      ]);
      const one = (await client.get('/Users?count=1')).body;
      expect([one.totalResults, one.startIndex, one.itemsPerPage]).toEqual([TOTAL, 1, 1]);
    });

    it.each(['', 'startIndex=1', 'startIndex=0', 'startIndex=-5', 'startIndex=-99999999999999999999'])(
      'IDX-03 IDX-04 %s is the first page',
      async (query) => {
        const { body } = await client.get(`/Users?count=3&${query}`);
        expect([body.startIndex, body.Resources[0].userName]).toEqual([1, all[0]]);
      },
    );

    it.each(['0', '-1', '-1000'])('IDX-06 IDX-07 count=%s tells the total alone', async (count) => {
      const { status, body } = await client.get(`/Users?count=${count}`);
      expect([status, body.totalResults, body.itemsPerPage, body.Resources ?? []]).toEqual([
        200,
        TOTAL,
        0,
        [],
      ]);
    });

    it('IDX-08 IDX-15 a page holds 100 unless the request says otherwise', async () => {
      expect(await page(client, '')).toEqual(all.slice(0, 100));
      expect(await page(client, 'count=100')).toHaveLength(100);
    });

    it.each(['116', '9999', '9223372036854775807', '99999999999999999999'])(
      'IDX-09 startIndex=%s is past the end',
      async (startIndex) => {
        const { status, body } = await client.get(`/Users?startIndex=${startIndex}`);
        expect([status, body.totalResults, body.Resources]).toEqual([200, TOTAL, []]);
      },
    );

    it.each(['abc', '1.5', '1e3', '', '0x10', ' ', 'NaN', '１'])('IDX-11 %j is no number', async (text) => {
      for (const name of ['count', 'startIndex']) {
        expectRefusal(
          await client.get(`/Users?${name}=${encodeURIComponent(text)}`),
          400,
          'invalidValue',
          new RegExp(name),
        );
      }
    });

    it('IDX-11 a parameter that is given twice is refused', async () => {
      for (const query of [
        'count=1&count=2',
        'filter=id%20pr&filter=id%20pr',
        'sortBy=id&sortBy=id',
        'attributes[]=id',
      ]) {
        const answer = await client.get(`/Users?${query}`);
        if (query.includes('[]')) expect(answer.status).toBeLessThan(500);
        else expectRefusal(answer, 400, 'invalidValue');
      }
    });

    it.each(['', '&sortBy=userName', '&filter=userName%20sw%20%22user%22'])(
      'IDX-12 the pages%s join to the whole',
      async (more) => {
        const joined = [];
        for (let startIndex = 1; startIndex <= TOTAL; startIndex += 7) {
          joined.push(...(await page(client, `count=7&startIndex=${startIndex}${more}`)));
        }
        expect(joined).toHaveLength(TOTAL);
        expect([...joined].sort()).toEqual([...all].sort());
      },
    );

    it('IDX-13 a count above the maximum is served as far as it goes', async () => {
      for (const count of ['1001', '100000', '99999999999999999999']) {
        expect(await page(client, `count=${count}`)).toHaveLength(TOTAL);
      }
      const { filter } = (await client.get('/ServiceProviderConfig')).body;
      expect(filter.maxResults).toBe(1000);
    });

    it('DEL-03 totals, lists and searches follow creation and deletion', async () => {
      const filter = 'userName eq "passing"';
      const found = async (): Promise<unknown[]> => {
        const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter };
        return [
          (await page(client, 'count=1000')).includes('passing'),
          await page(client, `filter=${encodeURIComponent(filter)}`),
          (await client.post('/Users/.search', search)).body.totalResults,
          (await client.post('/.search', search)).body.totalResults,
        ];
      };
      const { id } = await createUser(client, { userName: 'passing' });
      expect((await client.get('/Users?count=0')).body.totalResults).toBe(TOTAL + 1);
      expect(await found()).toEqual([true, ['passing'], 1, 1]);
      await client.delete(`/Users/${id}`);
      expect(await found()).toEqual([false, [], 0, 0]);
      expect((await client.get('/Users?count=0')).body.totalResults).toBe(TOTAL);
      expect(
        (await client.get('/Users?count=0&filter=userName%20eq%20%22passing%22')).body.totalResults,
      ).toBe(0);
    });
  });
});
