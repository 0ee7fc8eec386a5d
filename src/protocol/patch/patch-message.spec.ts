import { type Dialect } from '../dialect/dialect.js';
import { type Json, type JsonObject } from '../json.js';
import { parsePatchMessage, PATCH_OP_URN } from './patch-message.js';

const operation = { op: 'add', path: 'title', value: 'T' };
const parse = (body: JsonObject, dialect: Dialect = 'strict') =>
  parsePatchMessage(body, { dialect, maxOperations: 2 });

describe('parsePatchMessage', () => {
  it('PAT-01, PAT-03: reads names and operators in any case', () => {
    const body = {
      SCHEMAS: [PATCH_OP_URN.toUpperCase()],
      operations: [{ OP: 'ADD', Path: 'title', value: null }],
    };
    expect(parse(body)).toEqual([{ index: 0, op: 'add', path: 'title', value: null }]);
  });

  it('tells a value of null from none, and a path of null is none', () => {
    const body = { schemas: [PATCH_OP_URN], Operations: [{ op: 'remove', path: null }] };
    expect(parse(body)).toEqual([{ index: 0, op: 'remove' }]);
  });

  it.each<Json | undefined>([undefined, null, [], 'x', {}])('PAT-01: refuses Operations %j', (Operations) => {
    const body = Operations === undefined ? {} : { Operations };
    for (const dialect of ['strict', 'lenient'] as const) {
      expect(() => parse({ schemas: [PATCH_OP_URN], ...body }, dialect)).toThrow(
        expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }),
      );
    }
  });

  it.each<Json | undefined>([undefined, [], 'x', ['urn:x'], [PATCH_OP_URN, 'urn:x'], [5]])(
    'PAT-01: schemas %j are refused by strict and assumed by lenient',
    (schemas) => {
      const body = { ...(schemas === undefined ? {} : { schemas }), Operations: [operation] };
      expect(() => parse(body)).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }));
      expect(parse(body, 'lenient')).toHaveLength(1);
    },
  );

  it('refuses more operations than allowed with 413, naming the limit', () => {
    const body = { schemas: [PATCH_OP_URN], Operations: [operation, operation, operation] };
    expect(() => parse(body)).toThrow(
      expect.objectContaining({ status: 413, detail: expect.stringContaining('at most 2') as string }),
    );
  });

  it.each<[Json, string]>([
    ['x', 'Operations[1]: expected an object'],
    [null, 'Operations[1]: expected an object'],
    [{ path: 'title' }, 'Operations[1].op: expected add, replace or remove'],
    [{ op: 5 }, 'Operations[1].op: expected add, replace or remove'],
    [{ op: 'test' }, 'Operations[1].op: expected add, replace or remove, got "test"'],
    [{ op: 'add', Op: 'remove' }, 'Operations[1].Op: stands twice'],
    [{ op: 'add', path: ['title'] }, 'Operations[1].path: expected a string'],
  ])('PAT-02: refuses %j', (second, detail) => {
    const body = { schemas: [PATCH_OP_URN], Operations: [operation, second] };
    expect(() => parse(body)).toThrow(detail);
  });

  it('refuses a body that is no object', () => {
    expect(() => parse([] as unknown as JsonObject)).toThrow(
      expect.objectContaining({ scimType: 'invalidSyntax' }),
    );
  });
});
