import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import {
  type DocumentedExample,
  type DocumentedOperation,
  type OpenApiDocument,
  operationsOf,
} from '../support/documented-operations.js';

const FOLDER = join(import.meta.dirname, '../../openapi');
const surfaces = readdirSync(FOLDER).map((file) => file.replace('.yaml', ''));

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const documents = new Map(
  surfaces.map((surface) => {
    const document = parse(readFileSync(join(FOLDER, `${surface}.yaml`), 'utf8')) as OpenApiDocument;
    ajv.addSchema(document, surface);
    return [surface, document];
  }),
);
const operations = (surface: string): DocumentedOperation[] => operationsOf(documents.get(surface)!);

const nameOf = ({ method, path }: DocumentedOperation): string => `${method} ${path}`;

const validators = new Map<string, ValidateFunction>();

function faultsOf(surface: string, { schema, value }: DocumentedExample): ErrorObject[] {
  const $ref = `${surface}#${schema}`;
  const validate = validators.get($ref) ?? ajv.compile({ $ref });
  validators.set($ref, validate);
  return validate(value) ? [] : (validate.errors ?? []);
}

/** What an error's body says its status is; undefined for FastAPI's list of faults, which has none. */
function statusIn(value: unknown): string | undefined {
  const { status, detail } = value as { status?: string | number; detail: unknown };
  return Array.isArray(detail) ? undefined : String(status);
}

describe.each(surfaces)('openapi/%s.yaml', (surface) => {
  it('shows an example of every body, and each fits its schema', () => {
    const all = operations(surface);
    expect(all.length).toBeGreaterThan(10);
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
});
