import { Client } from 'pg';
import { startTestApplication, type TestApplication } from '../support/application.js';

describe('a filter that takes too long', () => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startTestApplication({ settings: { STATEMENT_TIMEOUT_MS: '100' } });
  });

  afterAll(() => application.close());

  it('FIL-30 is refused as tooMany, while the same users are found by an indexed one', async () => {
    const company = await application.company('large');
    const owner = new Client({ connectionString: application.database.adminUrl });
    await owner.connect();
    await owner.query(`
      INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
      SELECT c.id, jsonb_build_object('userName', 'user' || n, 'title', repeat('abcdefgh', 40) || n),
        jsonb_build_object('userName', 'user' || n, 'title', repeat('abcdefgh', 40) || n), 'user' || n, 'u', 'u'
      FROM companies c, generate_series(1, 60000) n WHERE c.slug = 'large'`);
    await owner.query('ANALYZE users');
    await owner.end();
    const client = await company.client();
    const filters = Array.from({ length: 20 }, (_, index) => `title co "habc${index}x"`).join(' or ');

    const slow = await client.get(`/Users?filter=${encodeURIComponent(filters)}`);
    expect(slow).toMatchObject({ status: 400, body: { scimType: 'tooMany', status: '400' } });

    const quick = await client.get(`/Users?filter=${encodeURIComponent('userName eq "user59999"')}`);
    expect(quick).toMatchObject({ status: 200, body: { totalResults: 1 } });
  });
});
