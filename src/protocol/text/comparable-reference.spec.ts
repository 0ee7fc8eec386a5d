import { type BoundAttribute } from '../schema/attribute-path.js';
import { attribute } from '../schema/define-attribute.js';
import { MANAGER } from '../schema/enterprise-user.schema.js';
import {
  comparableReference,
  isDerivedReference,
  refersToResource,
  resolveReference,
} from './comparable-reference.js';

describe('refersToResource', () => {
  it.each([
    [{ type: 'reference', referenceTypes: ['User'] }, true],
    [{ type: 'reference', referenceTypes: ['Group'] }, true],
    [{ type: 'reference', referenceTypes: ['external', 'Group'] }, true],
    [{ type: 'reference', referenceTypes: ['external'] }, false],
    [{ type: 'reference' }, false],
    [{ type: 'reference', referenceTypes: ['User'], caseExact: false }, false],
    [{ type: 'binary', referenceTypes: ['User'] }, false],
  ] as const)('%j: %s', (characteristics, expected) => {
    expect(refersToResource(attribute('a', '', characteristics))).toBe(expected);
  });
});

describe('isDerivedReference', () => {
  const [ref, value] = [attribute('$ref', ''), attribute('value', '')];
  const bound = (name: string, subAttribute?: BoundAttribute['attribute']): BoundAttribute => ({
    attribute: attribute(name, ''),
    ...(subAttribute && { subAttribute }),
  });

  it.each<[string, BoundAttribute, boolean]>([
    ['members.$ref', bound('members', ref), true],
    ['groups.$ref', bound('groups', ref), true],
    ['meta.location', bound('meta', attribute('location', '')), true],
    ['manager.$ref', { extension: 'urn:x', attribute: MANAGER, subAttribute: ref }, true],
    ['members.value', bound('members', value), false],
    ['members', bound('members'), false],
    ['emails.$ref', bound('emails', ref), false],
    ['meta.version', bound('meta', attribute('version', '')), false],
    ['meta.$ref', bound('meta', ref), false],
    ['meta', bound('meta'), false],
    ['manager', { extension: 'urn:x', attribute: MANAGER }, false],
    ['manager.value', { extension: 'urn:x', attribute: MANAGER, subAttribute: value }, false],
    ["members.$ref of an extension's own", { extension: 'urn:x', ...bound('members', ref) }, false],
  ])('%s: %#', (_name, target, expected) => {
    expect(isDerivedReference(target)).toBe(expected);
  });
});

describe('comparableReference', () => {
  it.each([
    ['/Users/1', '/Users/1'],
    ['Users/1', '/Users/1'],
    ['./Users/1', '/Users/1'],
    ['../Users/1', '/Users/1'],
    ['../../Groups/1/', '/Groups/1'],
    ['/v2/Users/1', '/Users/1'],
    ['v2/Users/1', '/Users/1'],
    ['../v12/Users/1', '/Users/1'],
    ['/scim/v2/Users/1', '/scim/Users/1'],
    ['https://h/scim/v2/Users/1', 'https://h/scim/Users/1'],
    ['https://h/scim/Users/1', 'https://h/scim/Users/1'],
    ['HTTPS://H:443/a/../scim/v2/Users/1/', 'https://h/scim/Users/1'],
    ['https://h/v1/x/v2/Users/1', 'https://h/v1/x/Users/1'],
    ['/v2/Users/12ab', '/Users/12ab'],
    ['H2c://h/v2/Users/1', 'h2c://h/Users/1'],
  ])('CHAR-11 %s is compared as %s', (uri, form) => {
    expect(comparableReference(uri)).toBe(form);
    expect(comparableReference(form)).toBe(form);
  });

  it.each([
    '',
    '/',
    'x',
    'urn:x:y',
    '/Users',
    '/Users/',
    '/Users//',
    '/users/1',
    '/Users/1/2',
    '/Users/1?x=/Users/2',
    '/Users/1#a',
    'xUsers/1',
    '/v2x/Usersx/1',
    'https://h/scim/v2/Nobody/1',
    'https://',
    'HTTPS://H/photos/1.png',
    ' HTTPS://H/Users/1',
  ])('CHAR-11 %s stays as it is', (uri) => {
    expect(comparableReference(uri)).toBe(uri);
  });

  it('leaves apart what only looks alike', () => {
    const forms = [
      '//Users/1',
      '/x/Users/1',
      '/vx/Users/1',
      '/Users/1',
      '/Groups/1',
      '/Users/2',
      'http://h/Users/1',
    ];
    expect(new Set(forms.map(comparableReference)).size).toBe(forms.length);
  });

  it('ends soon, however the text is made', () => {
    for (const part of ['v1', '/v1', 'Users/', '../', '/Users/1', 'https://']) {
      expect(typeof comparableReference(part.repeat(200_000))).toBe('string');
    }
  });
});

describe('resolveReference', () => {
  const BASE = 'https://h:8443/standard/scim/v2';

  it.each([
    '/Users/1',
    'Users/1',
    '../Users/1',
    '/v2/Users/1',
    '/standard/scim/v2/Users/1',
    '/standard/scim/Users/1',
    'https://h:8443/standard/scim/v2/Users/1',
    'https://H:8443/standard/scim/Users/1',
  ])('CHAR-11 %s is a URI of the same resource', (uri) => {
    expect(resolveReference(uri, BASE)).toBe('https://h:8443/standard/scim/Users/1');
    expect(resolveReference(uri, BASE)).toBe(comparableReference(`${BASE}/Users/1`));
  });

  it.each([
    ['https://other/standard/scim/v2/Users/1', 'https://other/standard/scim/Users/1'],
    ['https://h/standard/scim/v2/Users/1', 'https://h/standard/scim/Users/1'],
    ['https://h:8443/scim/v2/Users/1', 'https://h:8443/scim/Users/1'],
    ['/scim/v2/Users/1', '/scim/Users/1'],
    ['/standard/scim/v2', '/standard/scim/v2'],
    ['/Users/1/2', '/Users/1/2'],
    ['1', '1'],
    ['https://abcdef/Users/1', 'https://abcdef/Users/1'],
  ])('CHAR-11 %s is none', (uri, form) => {
    expect(resolveReference(uri, BASE)).toBe(form);
  });

  it('takes an id of any length', () => {
    expect(resolveReference('Users/12ab', BASE)).toBe('https://h:8443/standard/scim/Users/12ab');
  });

  it('takes a base without a path', () => {
    expect(resolveReference('/v2/Users/1', 'https://h')).toBe('https://h/Users/1');
    expect(resolveReference('https://h/v2/Users/1', 'https://h/v2')).toBe('https://h/Users/1');
  });
});
