import { isSlug } from '../../../src/config/slug.js';
import { SLUG_FORM, slugOf } from './slug.js';

it.each([
  ['Zoë & Sons', 'zoe-sons'],
  ['Größe & Co', 'grosse-co'],
  ['Ærø Østergård', 'aero-ostergard'],
  ['Łódź', 'lodz'],
  ['Þór', 'thor'],
  ['日本', ''],
])('%s is %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

it.each([
  'acme',
  'acme-eu',
  '1',
  'Acme',
  'a--b',
  '-a',
  'a-',
  'a b',
  '',
  '0123456789abcdef',
  '0123456789abcdeg',
])('the field takes %j as the service does', (text) => {
  // A browser compares the whole value, with the flag v.
  expect(new RegExp(`^(?:${SLUG_FORM})$`, 'v').test(text)).toBe(isSlug(text));
});
