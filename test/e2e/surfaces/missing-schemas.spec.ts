import { startTestApplication, type TestApplication } from '../../support/application.js';
import { unique } from '../standard/messages.js';
import { WIRE_FORMS } from './wire-forms.js';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

/** ScaiKey's document has a default for it. */
const refusing = Object.entries(WIRE_FORMS).filter(([name]) => name !== 'scaikey');

it.each(refusing)(
  'on %s a strict client is told that schemas is missing, not that it is null',
  async (_, form) => {
    const company = await application.company();
    const client = application.scim(
      await company.token('strict'),
      application.origin + form.path(company.slug),
    );
    const { schemas: _schemas, ...body } = form.resource('Group', { displayName: unique('Group') }) as Record<
      string,
      unknown
    >;
    const { status, text } = await client.post('/Groups', body);
    expect([status, text]).toEqual([400, expect.stringMatching(/schemas|required value was missing/)]);
    expect(text).not.toContain('null');
  },
);
