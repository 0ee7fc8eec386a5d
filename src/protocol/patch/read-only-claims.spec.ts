import { EQUIPMENT, EQUIPPED_USER } from '../../../test/support/equipped-user.js';
import { refusal } from '../../../test/support/refusal.js';
import { type Json, type JsonObject } from '../json.js';
import { resolveAttribute } from '../schema/attribute-path.js';
import { type ReadOnlyClaim } from './change-set.js';
import { refuseFalseClaims } from './read-only-claims.js';

const ada: JsonObject = {
  id: '1',
  userName: 'ada',
  groups: [
    { value: 'g', display: 'G', type: 'direct' },
    { value: 'h', display: 'H', type: 'indirect' },
  ],
  meta: { resourceType: 'User', version: 'W/"1"' },
  inspected: 'elsewhere',
  [EQUIPMENT]: { inspected: '2026-01-01T00:00:00Z' },
};

function claim(path: string, value: Json, operationIndex = 0): ReadOnlyClaim {
  const resolution = resolveAttribute(EQUIPPED_USER, path);
  if (resolution.kind !== 'attribute') throw new Error(path);
  return { operationIndex, target: resolution.target, value };
}

describe('refuseFalseClaims', () => {
  it.each<[string, Json, boolean]>([
    ['id', '1', true],
    ['id', '2', false],
    ['id', 1, false],
    ['id', ['1'], false],
    ['id', null, false],
    ['meta', { version: 'W/"1"' }, true],
    ['meta', { VERSION: 'W/"1"', resourceType: 'User' }, true],
    ['meta', { version: 'W/"1"', resourceType: 'Group' }, false],
    ['meta', { created: null }, true],
    ['meta', { created: 'x' }, false],
    ['meta', { odd: 1 }, false],
    ['meta', { odd: null }, false],
    ['meta', {}, true],
    ['meta', 'x', false],
    ['meta', [], false],
    ['groups', [{ value: 'g' }, { value: 'h' }], true],
    ['groups', [{ value: 'g' }, { value: 'h', display: 'G' }], false],
    ['groups', [{ value: 'g' }], false],
    ['groups', [{ value: 'g' }, { value: 'h' }, { value: 'i' }], false],
    ['groups', [{ value: 'h' }, { value: 'g' }], false],
    ['groups', [], false],
    ['groups', null, false],
    ['groups', { value: 'g' }, false],
    ['groups', { odd: null }, false],
    ['groups', { display: null }, false],
    [`${EQUIPMENT}:inspected`, '2026-01-01T00:00:00Z', true],
    [`${EQUIPMENT}:inspected`, 'elsewhere', false],
  ])('PAT-37: %s = %j passes: %s', (path, value, passes) => {
    expect(refusal(() => refuseFalseClaims([claim(path, value)], ada))).toBe(
      passes ? 'accepted' : `400 mutability Operations[0]: ${path}: is read-only and has another value`,
    );
  });

  it('PAT-37: null and [] repeat that there is nothing', () => {
    const bare = { id: '1' };
    const claims = [claim('groups', []), claim('groups', null), claim(`${EQUIPMENT}:inspected`, null)];
    expect(refusal(() => refuseFalseClaims(claims, bare))).toBe('accepted');
    expect(refusal(() => refuseFalseClaims([claim('groups', [{ value: 'g' }])], bare))).toMatch(/mutability/);
  });

  it('PAT-37: looks at every claim, and names the operation', () => {
    const claims = [claim('id', '1', 0), claim('id', '2', 3), claim('id', '3', 4)];
    expect(refusal(() => refuseFalseClaims(claims, ada))).toMatch(/^400 mutability Operations\[3\]: id: /);
    expect(refusal(() => refuseFalseClaims([], ada))).toBe('accepted');
  });
});
