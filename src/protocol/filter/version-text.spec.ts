import { type BoundAttribute } from '../schema/attribute-path.js';
import { attribute } from '../schema/define-attribute.js';
import { isVersion, withoutDerivedHash } from './version-text.js';

describe('withoutDerivedHash', () => {
  it.each([
    ['W/"5.a1b2"', 'W/"5"'],
    ['W/"15.a1.b2"', 'W/"15"'],
    ['W/".a"', 'W/""'],
    ['W/"5."', 'W/"5"'],
    ['W/"5"', 'W/"5"'],
    ['5.a1b2', '5.a1b2'],
    ['"5.a1b2"', '"5.a1b2"'],
    ['xW/"5.a1b2"', 'xW/"5.a1b2"'],
    ['W/"5.a1b2"x', 'W/"5.a1b2"x'],
    ['W/"5"6.a1b2"', 'W/"5"6.a1b2"'],
  ])('makes %s %s', (tag, counter) => {
    expect(withoutDerivedHash(tag)).toBe(counter);
  });
});

describe('isVersion', () => {
  const [meta, version] = [attribute('meta', ''), attribute('version', '')];

  it.each<[string, BoundAttribute, boolean]>([
    ['meta.version', { attribute: meta, subAttribute: version }, true],
    ['meta', { attribute: meta }, false],
    ['meta.location', { attribute: meta, subAttribute: attribute('location', '') }, false],
    ['app.version', { attribute: attribute('app', ''), subAttribute: version }, false],
    [
      "meta.version of an extension's own",
      { extension: 'urn:x', attribute: meta, subAttribute: version },
      false,
    ],
  ])('%s: %#', (_what, target, expected) => {
    expect(isVersion(target)).toBe(expected);
  });
});
