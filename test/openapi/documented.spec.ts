import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DOCUMENT_FILES, readDocument } from '../support/document-schemas.js';
import { findOmissions } from '../support/openapi-omissions.js';

/** `<surface>.documented.yaml` or `.json`: what the surface's document prints, as a part of an OpenAPI document. */
const FIXTURE = /^(.+)\.documented\.(?:ya?ml|json)$/;

const fixtures = readdirSync(import.meta.dirname).flatMap((file) => {
  const [, surface] = FIXTURE.exec(file) ?? [];
  return surface === undefined ? [] : [[surface, file] as const];
});

const read = (path: string): unknown => parse(readFileSync(path, 'utf8'), { merge: true }) as unknown;

test.each(fixtures)('openapi/%s has everything that its document has', (surface, file) => {
  expect(DOCUMENT_FILES).toContain(`${surface}.yaml`);
  const documented = read(join(import.meta.dirname, file));
  expect(countLeaves(documented)).toBeGreaterThan(50);
  expect(findOmissions(documented, readDocument(`${surface}.yaml`))).toEqual([]);
});

function countLeaves(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 1;
  return Object.values(node).reduce((sum: number, child) => sum + countLeaves(child), 0);
}

describe('the comparison', () => {
  const operation = {
    operationId: 'createGroup',
    parameters: [{ in: 'query', name: 'count', schema: { type: 'integer', default: 100 } }],
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/Group' }, example: { a: [1], b: 2 } },
      },
    },
    responses: {
      201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Group' } } } },
    },
  };
  const group = {
    type: 'object',
    required: ['displayName', 'id'],
    properties: {
      displayName: { type: 'string', default: 'x', enum: ['x', 'y'] },
      id: { type: 'string', readOnly: true },
      parent: { $ref: '#/components/schemas/Group' },
    },
  };
  const documented = { paths: { '/Groups': { post: operation } }, components: { schemas: { Group: group } } };

  /** The document with the node at this path made another by `change`. */
  const altered = (path: string, change: (parent: Record<string, unknown>, key: string) => void): unknown => {
    const copy = structuredClone(documented) as unknown as Record<string, unknown>;
    const steps = path.split(' ');
    const last = steps.pop() ?? '';
    change(
      steps.reduce((node, step) => node[step] as Record<string, unknown>, copy),
      last,
    );
    return copy;
  };
  const without = (path: string): unknown =>
    altered(path, (parent, key) => {
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
    });
  const withValue = (path: string, value: unknown): unknown =>
    altered(path, (parent, key) => {
      parent[key] = value;
    });

  const POST = 'paths /Groups post';
  const GROUP = 'components schemas Group';

  it('finds nothing where nothing is missing, and lets additions be', () => {
    expect(findOmissions(documented, documented)).toEqual([]);
    const more = withValue(`${GROUP} properties active`, { type: 'boolean' });
    expect(findOmissions(documented, more)).toEqual([]);
    expect(findOmissions(documented, withValue(`${GROUP} required`, ['id', 'x', 'displayName']))).toEqual([]);
    const example = { b: 2, a: [1] };
    const path = `${POST} requestBody content application/json example`;
    expect(findOmissions(documented, withValue(path, example))).toEqual([]);
  });

  it('follows references on both sides', () => {
    const inPlace = `${POST} requestBody content application/json schema`;
    const plain = { type: 'object', required: ['id', 'displayName'], properties: group.properties };
    expect(findOmissions(documented, withValue(inPlace, plain))).toEqual([]);
    const worse = withValue(inPlace, { ...plain, required: ['id'] });
    expect(findOmissions(documented, worse)).toHaveLength(1);
  });

  it.each([
    `${POST}`,
    `${POST} operationId`,
    `${POST} parameters 0`,
    `${POST} parameters 0 schema default`,
    `${POST} requestBody required`,
    `${POST} requestBody content application/json`,
    `${POST} requestBody content application/json example`,
    `${POST} responses 201`,
    `${GROUP} required 1`,
    `${GROUP} properties id`,
    `${GROUP} properties id readOnly`,
    `${GROUP} properties displayName enum 1`,
    `${GROUP} properties displayName default`,
  ])('finds that %s is missing', (path) => {
    expect(findOmissions(documented, without(path)).length).toBeGreaterThan(0);
  });

  it.each([
    [`${POST} operationId`, 'other'],
    [`${GROUP} properties displayName type`, 'integer'],
    [`${GROUP} properties displayName default`, 'z'],
    [`${POST} requestBody content application/json example`, { a: [1, 2], b: 2 }],
  ])('finds another value of %s', (path, value) => {
    expect(findOmissions(documented, withValue(path, value)).length).toBeGreaterThan(0);
  });
});
