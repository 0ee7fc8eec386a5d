import fc from 'fast-check';
import {
  type ClientPatch,
  ClientPatchSource,
} from '../../../test/support/arbitraries/client-patch.arbitrary.js';
import { EVERY_TYPE } from '../../../test/support/arbitraries/every-type.schema.js';
import { print, seededRun } from '../../../test/support/arbitraries/seeded-run.js';
import { ValueSource } from '../../../test/support/arbitraries/value.arbitrary.js';
import { runs } from '../../../test/support/property-runs.js';
import { type Dialect } from './dialect.js';
import { ScimError } from '../error/scim-error.js';
import { type JsonObject } from '../json.js';
import { applyChangeSet } from '../patch/apply-change-set.js';
import { PATCH_OP_URN } from '../patch/patch-message.js';
import { PatchOperationEngine } from '../patch/patch-operation-engine.js';
import { readResource } from '../resource/read-resource.js';
import { type Attributes } from '../resource/resource.js';
import { type ResourceType } from '../schema/schema.js';

const MESSAGES = 400;
const LEAST_CHANGING = 0.3;
const LEAST_STRICT = 0.2;
const IDS = ['0a1b2c3d4e5f6071', '1a1b2c3d4e5f6071', '2a1b2c3d4e5f6071', '3a1b2c3d4e5f6071'];
const { seed, factor } = seededRun('patch forms differential');
const engine = new PatchOperationEngine();
const values = new ValueSource(seed);

/** The attributes after a PATCH, or undefined where it is refused. */
function patched(
  before: Attributes,
  operations: readonly JsonObject[],
  type: ResourceType,
  dialect: Dialect,
): Attributes | undefined {
  const message = { schemas: [PATCH_OP_URN], Operations: operations };
  try {
    return applyChangeSet(before, engine.plan(message, type, { dialect, maxOperations: 100 }), type);
  } catch (error) {
    if (error instanceof ScimError && error.status === 400) return undefined;
    throw error;
  }
}

describe.each([
  ['user', EVERY_TYPE.user, 'userName', []],
  ['group', EVERY_TYPE.group, 'displayName', IDS],
] as const)('PATCH of a %s in the forms of clients', (_, type, name, ids) => {
  const source = new ClientPatchSource(type, values, ids);
  const anyBefore = fc
    .tuple(values.body(type, [name, 'members']), fc.subarray([...ids]))
    .map(([body, members]): Attributes => {
      const { attributes } = readResource({ ...body, [name]: 'before' }, type, { dialect: 'strict' });
      return ids.length > 0 ? { ...attributes, members: members.map((value) => ({ value })) } : attributes;
    });

  it('has the effect of the form of RFC 7644, in the strict dialect that or none', () => {
    const counted = { messages: 0, changing: 0, strict: 0 };
    const property = fc.property(anyBefore, source.message(), (before, { sent, asked }: ClientPatch) => {
      const operations = sent['Operations'] as readonly JsonObject[];
      const lenient = patched(before, operations, type, 'lenient');
      const meant = patched(before, asked, type, 'lenient');
      const toTheLetter = patched(before, asked, type, 'strict');
      const read = patched(before, operations, type, 'strict');
      expect(lenient).toEqual(meant);
      if (toTheLetter) expect(lenient).toEqual(toTheLetter);
      // To the strict dialect an empty text is a value, and `managerId` a name that it does not know and leaves out.
      if (read && !/""|"managerId"/.test(JSON.stringify(sent))) expect(read).toEqual(lenient);
      counted.messages++;
      if (lenient && JSON.stringify(lenient) !== JSON.stringify(before)) counted.changing++;
      if (toTheLetter) counted.strict++;
    });
    fc.assert(property, { seed, ...runs(Math.ceil(MESSAGES * factor)) });
    print(`patch forms differential: ${JSON.stringify(counted)}`);
    expect(counted.changing / counted.messages).toBeGreaterThan(LEAST_CHANGING);
    expect(counted.strict / counted.messages).toBeGreaterThan(LEAST_STRICT);
  }, 600_000);
});
