import { refusal } from '../../../test/support/refusal.js';
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
    expect(parse(body)).toStrictEqual([{ index: 0, op: 'remove' }]);
  });

  it.each<[Json | undefined]>([[undefined], [null], [[]], ['x'], [{}]])(
    'PAT-01: refuses Operations %j',
    (Operations) => {
      const body = Operations === undefined ? {} : { Operations };
      for (const dialect of ['strict', 'lenient'] as const) {
        expect(refusal(() => parse({ schemas: [PATCH_OP_URN], ...body }, dialect))).toBe(
          '400 invalidSyntax Operations: expected an array with at least one operation',
        );
      }
    },
  );

  it.each<[Json | undefined]>([[undefined], [[]], ['x'], [['urn:x']], [[PATCH_OP_URN, 'urn:x']], [[5]]])(
    'PAT-01: schemas %j are refused by strict and assumed by lenient',
    (schemas) => {
      const body = { ...(schemas === undefined ? {} : { schemas }), Operations: [operation] };
      expect(refusal(() => parse(body))).toBe(
        '400 invalidSyntax schemas: expected ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]',
      );
      expect(parse(body, 'lenient')).toHaveLength(1);
    },
  );

  it('refuses more operations than allowed with 413, naming the limit', () => {
    const body = { schemas: [PATCH_OP_URN], Operations: [operation, operation, operation] };
    expect(refusal(() => parse(body))).toBe(
      '413 undefined Operations: 3 operations; one request may have at most 2',
    );
  });

  it.each<[Json, string]>([
    ['x', 'invalidSyntax Operations[1]: expected an object with op, path and value'],
    [null, 'invalidSyntax Operations[1]: expected an object with op, path and value'],
    [{ path: 'title' }, 'invalidSyntax Operations[1].op: expected add, replace or remove'],
    [{ op: 5 }, 'invalidSyntax Operations[1].op: expected add, replace or remove'],
    [{ op: 'test' }, 'invalidSyntax Operations[1].op: expected add, replace or remove, got "test"'],
    [
      { op: 'add', Op: 'remove' },
      'invalidSyntax Operations[1].Op: stands twice in one object; names are compared without regard to case',
    ],
    [{ op: 'add', path: ['title'] }, 'invalidPath Operations[1].path: expected a string'],
  ])('PAT-02: refuses %j', (second, detail) => {
    const body = { schemas: [PATCH_OP_URN], Operations: [operation, second] };
    expect(refusal(() => parse(body))).toBe(`400 ${detail}`);
  });
});
