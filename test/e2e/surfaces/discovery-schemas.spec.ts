import { isJsonObject, type Json, type JsonObject } from '../../../src/protocol/json.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { expectRefusal } from '../standard/messages.js';
import { clientsOfAllSurfaces, WIRE_FORMS } from './wire-forms.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

/** What a surface has of the documents that the schemas describe. */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  // The schema of schemas, as RFC 7643 prints it, is one level too flat to describe itself.
  Schema: [`/Schemas/${CORE}:User`, `/Schemas/${CORE}:ServiceProviderConfig`],
  ResourceType: ['/ResourceTypes/Group'],
  ServiceProviderConfig: ['/ServiceProviderConfig'],
};
/** OUD has neither single types nor the configuration. */
const MISSING_ON_OUD = ['ResourceType', 'ServiceProviderConfig'];

/** RFC 7643 §3.1: attributes of every resource, which no schema lists. */
const COMMON = ['schemas', 'meta'];

let application: TestApplication;
let clients: Readonly<Record<string, ScimClient>>;

beforeAll(async () => {
  application = await startTestApplication();
  clients = await clientsOfAllSurfaces(application, await application.company());
});
afterAll(() => application.close());

const isOfType = (value: Json, type: string): boolean => {
  switch (type) {
    case 'complex':
      return isJsonObject(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === 'string';
  }
};

/** An attribute of a schema as `/Schemas` shows it. */
interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly canonicalValues?: readonly Json[];
  readonly subAttributes?: readonly Attribute[];
}

/** What in an object is not as the attributes of its schema say. */
function faultsOf(object: JsonObject, attributes: readonly Attribute[], place = ''): string[] {
  const known = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  const missing = attributes.filter(({ required, name }) => required && !(name in object));
  return [
    ...missing.map(({ name }) => `${place}${name} is missing`),
    ...Object.entries(object).flatMap(([name, value]) => {
      const attribute = known.get(name);
      if (!attribute) return [`${place}${name} is not in the schema`];
      const { type, multiValued, subAttributes = [], canonicalValues } = attribute;
      if (Array.isArray(value) !== multiValued) return [`${place}${name}: one value or several`];
      return ([value].flat() as readonly Json[]).flatMap((one) => {
        if (!isOfType(one, type)) return [`${place}${name} is no ${type}`];
        if (canonicalValues && !canonicalValues.includes(one)) return [`${place}${name} is not listed`];
        return isJsonObject(one) ? faultsOf(one, subAttributes, `${place}${name}.`) : [];
      });
    }),
  ];
}

describe.each(Object.keys(WIRE_FORMS))('on %s', (name) => {
  describe.each(Object.entries(DOCUMENTS))('the schema of %s', (schema, paths) => {
    const urn = `${CORE}:${schema}`;

    it('DISC-08 DISC-10 is there by its URN, and is not in the list', async () => {
      const { status, body } = await clients[name]!.get(`/Schemas/${urn}`);
      expect([status, body.id, body.schemas]).toEqual([200, urn, [`${CORE}:Schema`]]);
      expect(body.meta).toEqual({
        resourceType: 'Schema',
        location: expect.stringMatching(new RegExp(`Schemas/${urn}$`)),
      });
      expect((await clients[name]!.get(`/Schemas/${urn.toUpperCase()}`)).body).toEqual(body);
      const { Resources } = (await clients[name]!.get('/Schemas')).body;
      expect(Resources.map(({ id }: { id: string }) => id)).not.toContain(urn);
    });

    it('DISC-09 describes what is served', async () => {
      const { attributes } = (await clients[name]!.get(`/Schemas/${urn}`)).body;
      for (const path of name === 'oud' && MISSING_ON_OUD.includes(schema) ? [] : paths) {
        const { status, body } = await clients[name]!.get(path);
        const own = Object.entries(body as JsonObject).filter(([key]) => !COMMON.includes(key));
        expect([path, status, faultsOf(Object.fromEntries(own), attributes)]).toEqual([path, 200, []]);
      }
    });
  });
});

it('DISC-13 a message has no schema there', async () => {
  const client = clients['standard']!;
  expectRefusal(await client.get('/Schemas/urn:ietf:params:scim:api:messages:2.0:Error'), 404);
});
