import { WrittenNumber, type Json } from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { USER_SCHEMA } from '../schema/user.schema.js';
import {
  emptyTextAsAbsent,
  keepFirstPrimary,
  readAsText,
  readBareValue,
  readManagerId,
  readTextualBoolean,
  readTextualNumber,
  rewriteLenientValue,
  unwrapSingleElement,
  wrapSingleValue,
} from './lenient-value.js';

function attribute(name: string): AttributeDefinition {
  const found = findByName([...USER_SCHEMA.attributes, ...ENTERPRISE_USER_SCHEMA.attributes], name);
  if (!found) throw new Error(name);
  return found;
}

describe('the rewrites of values', () => {
  it('readTextualBoolean', () => {
    expect(['True', 'false', 'TRUE', true, 'yes', 1, null].map(readTextualBoolean)).toEqual([
      true,
      false,
      true,
      true,
      'yes',
      1,
      null,
    ]);
  });

  it('readTextualNumber', () => {
    const read = ['10', '-0.5', '1e3', '9007199254740993', '007', '5 ', '', true, 7].map(readTextualNumber);
    expect(read).toEqual([
      10,
      -0.5,
      new WrittenNumber('1e3'),
      new WrittenNumber('9007199254740993'),
      '007',
      '5 ',
      '',
      true,
      7,
    ]);
  });

  it('readAsText', () => {
    const read = [7, true, new WrittenNumber('1.0'), 'x', null, [], {}].map(readAsText);
    expect(read).toEqual(['7', 'true', '1.0', 'x', null, [], {}]);
  });

  it('emptyTextAsAbsent leaves required attributes to be refused', () => {
    expect(emptyTextAsAbsent(attribute('title'), '')).toBeNull();
    expect(emptyTextAsAbsent(attribute('title'), ' ')).toBe(' ');
    expect(emptyTextAsAbsent(attribute('userName'), '')).toBe('');
  });

  it('wrapSingleValue and unwrapSingleElement', () => {
    expect(wrapSingleValue({ value: 'a' })).toEqual([{ value: 'a' }]);
    expect(wrapSingleValue('a')).toBe('a');
    expect(wrapSingleValue(null)).toBeNull();
    expect(unwrapSingleElement([{ value: 'a' }])).toEqual({ value: 'a' });
    expect(unwrapSingleElement([])).toBeNull();
    expect(unwrapSingleElement(['a', 'b'])).toEqual(['a', 'b']);
  });

  it('readBareValue only where there is a sub-attribute value', () => {
    expect(readBareValue(attribute('manager'), '7')).toEqual({ value: '7' });
    expect(readBareValue(attribute('name'), 'Ada')).toBe('Ada');
  });

  it('readManagerId only for the manager, and only without a value', () => {
    expect(readManagerId(attribute('manager'), { ManagerID: '7', displayName: 'B' })).toEqual({
      value: '7',
      displayName: 'B',
    });
    expect(readManagerId(attribute('manager'), { managerId: '7', Value: '8' })).toEqual({
      managerId: '7',
      Value: '8',
    });
    expect(readManagerId(attribute('name'), { managerId: '7' })).toEqual({ managerId: '7' });
  });

  it('keepFirstPrimary', () => {
    expect(keepFirstPrimary([{ primary: false }, { Primary: true }, 'x', { primary: true }])).toEqual([
      { primary: false },
      { Primary: true },
      'x',
      { primary: false },
    ]);
    const others = [{ verified: true }, { primary: 'true' }, { primary: true }];
    expect(keepFirstPrimary(others)).toEqual(others);
  });
});

describe('rewriteLenientValue', () => {
  it.each<[string, Json, Json]>([
    ['active', 'True', true],
    ['active', ['false'], false],
    ['active', 'x', 'x'],
    ['active', '', null],
    ['displayName', 'True', 'True'],
    ['displayName', true, 'true'],
    ['displayName', [12], '12'],
    ['emails', [{ value: 5, type: true, primary: 'true' }], [{ value: '5', type: 'true', primary: true }]],
    ['profileUrl', 5, 5],
    ['displayName', { a: 1 }, { a: 1 }],
    ['displayName', ['One'], 'One'],
    ['roles', [{ primary: 'True', value: 'True' }], [{ primary: true, value: 'True' }]],
    ['emails', { value: 'a' }, [{ value: 'a' }]],
    ['emails', ['a', { value: 'b' }], [{ value: 'a' }, { value: 'b' }]],
    ['emails', '', null],
    ['emails', 'a', 'a'],
    ['addresses', [{ locality: '', type: 'work' }], [{ locality: null, type: 'work' }]],
    ['manager', [{ $ref: 'x', value: '7' }], { $ref: 'x', value: '7' }],
    ['manager', '7', { value: '7' }],
    ['manager', ['7'], { value: '7' }],
    ['manager', '', null],
    ['manager', { value: '' }, { value: null }],
    ['manager', { managerId: '7' }, { value: '7' }],
    ['name', 'Ada', 'Ada'],
    ['name', { unknown: '' }, { unknown: '' }],
  ])('%s %j', (name, value, expected) => {
    expect(rewriteLenientValue(attribute(name), value)).toEqual(expected);
  });
});
