import { type ErrorObject } from 'ajv';
import { DOCUMENT_FILES, faultsAgainst, readDocument } from '../support/document-schemas.js';
import {
  type DocumentedExample,
  type DocumentedOperation,
  type OpenApiDocument,
  operationsOf,
} from '../support/documented-operations.js';

/** The documents that are of no surface: their errors are not SCIM's. */
const OAUTH = 'oauth';
/** Their properties have examples, and not their bodies; their tests hold each answer against them. */
const WITHOUT_BODIES = ['admin', 'platform'];

const names = DOCUMENT_FILES.map((file) => file.replace('.yaml', ''));

const documents = new Map(names.map((name) => [name, readDocument(`${name}.yaml`) as OpenApiDocument]));
const operations = (surface: string): DocumentedOperation[] => operationsOf(documents.get(surface)!);

const nameOf = ({ method, path }: DocumentedOperation): string => `${method} ${path}`;

const faultsOf = (surface: string, { schema, value }: DocumentedExample): readonly ErrorObject[] =>
  faultsAgainst(`${surface}.yaml`, schema, value);

/** What `attributes=id` leaves of a resource, or of those in a list. */
function leastOf(value: unknown): unknown {
  const { schemas, id, Resources, ...rest } = value as {
    schemas: unknown;
    id: unknown;
    Resources?: unknown[];
  };
  return Resources ? { ...rest, schemas, Resources: Resources.map(leastOf) } : { schemas, id };
}

/** What an error's body says its status is; undefined for FastAPI's list of faults, which has none. */
function statusIn(value: unknown): string | undefined {
  const { status, detail } = value as { status?: string | number; detail: unknown };
  return Array.isArray(detail) ? undefined : String(status);
}

describe.each(names.filter((name) => !WITHOUT_BODIES.includes(name)))('openapi/%s.yaml', (surface) => {
  it('shows an example of every body, and each fits its schema', () => {
    const all = operations(surface);
    expect(all.length).toBeGreaterThan(surface === OAUTH ? 3 : 10);
    const faults = all.flatMap((operation) => {
      const lacking = Object.entries(operation.answers)
        .filter(([, examples]) => examples?.length === 0)
        .map(([status]) => `${nameOf(operation)}: ${status} has no example`);
      const bodies = [
        ...operation.requests,
        ...Object.values(operation.answers).flatMap((list) => list ?? []),
      ];
      const wrong = bodies.filter((example) => faultsOf(surface, example).length > 0);
      return [
        ...lacking,
        ...wrong.map(({ name }) => `${nameOf(operation)}: ${name} does not fit its schema`),
      ];
    });
    expect(faults).toEqual([]);
  });

  it('describes every operation and every parameter', () => {
    const silent = operations(surface).flatMap((documented) => {
      const { summary, description, parameters = [] } = documented.operation;
      const nameless = parameters.filter((parameter) => !parameter.description).map(({ name }) => name);
      return [...(summary && description ? [] : ['itself']), ...nameless].map(
        (part) => `${nameOf(documented)}: ${part}`,
      );
    });
    expect(silent).toEqual([]);
  });

  it('gives every operation one tag', () => {
    const { paths } = documents.get(surface)!;
    const tags = Object.values(paths).flatMap((byMethod) =>
      Object.values(byMethod).map((operation) => (operation as { tags?: string[] }).tags?.length),
    );
    expect(new Set(tags)).toEqual(new Set([1]));
  });
});

describe.each(names.filter((name) => name !== OAUTH && !WITHOUT_BODIES.includes(name)))(
  'openapi/%s.yaml, of a surface,',
  (surface) => {
    it('shows errors with the status of their response', () => {
      const shown = operations(surface).flatMap((operation) =>
        Object.entries(operation.answers).flatMap(([status, examples = []]) =>
          Number(status) < 400
            ? []
            : examples.map(({ name, value }) => ({
                example: `${nameOf(operation)} ${status} ${name}`,
                status,
                own: statusIn(value) ?? (status === '422' ? '422' : 'none'),
              })),
        ),
      );
      expect(shown.length).toBeGreaterThan(50);
      expect(shown.filter(({ status, own }) => status !== own)).toEqual([]);
    });

    it('requires nothing in an answer that a parameter of the request may take away', () => {
      const faults = operations(surface).flatMap((documented) => {
        const { parameters = [] } = documented.operation;
        if (!parameters.some(({ name }) => name === 'excludedAttributes')) return [];
        const shown = Object.entries(documented.answers).flatMap(([status, examples = []]) =>
          status.startsWith('2') ? examples : [],
        );
        return shown
          .map((example) => ({ ...example, value: leastOf(example.value) }))
          .flatMap((example) => faultsOf(surface, example))
          .map(({ message }) => `${nameOf(documented)}: ${message}`);
      });
      expect(faults).toEqual([]);
    });

    it('requires userName of a user that is created', () => {
      const creation = operations(surface).find(
        ({ method, path }) => method === 'POST' && path.endsWith('/Users'),
      )!;
      const [example] = creation.requests;
      const anonymous = JSON.parse(
        JSON.stringify(example?.value, (name, value: unknown) => (name === 'userName' ? undefined : value)),
      ) as unknown;
      const faults = faultsOf(surface, { ...example!, value: anonymous });
      expect(faults).toMatchObject([{ keyword: 'required', params: { missingProperty: 'userName' } }]);
    });

    it('adds a member in the first example of changing a group, and removes one in the second', () => {
      const patches = operations(surface).filter(
        ({ method, path }) => method === 'PATCH' && path.includes('/Groups'),
      );
      expect(patches.length).toBeGreaterThan(0);
      for (const { requests } of patches) {
        const ops = requests
          .slice(0, 2)
          .map(({ value }) => (value as { Operations: { op: string; path: string }[] }).Operations[0]);
        expect(ops).toMatchObject([
          { op: 'add', path: expect.stringMatching(/members$/) },
          { op: expect.stringMatching(/^(remove|delete)$/), path: expect.stringMatching(/members/) },
        ]);
      }
    });
  },
);
