import { InvalidArgumentError } from 'commander';
import { DEFAULT_LIFETIME, parseExpiry } from './expiry.js';

const NOW = new Date('2026-03-01T12:30:00.000Z');

describe('parseExpiry', () => {
  it.each([
    ['1', '2026-03-02T12:30:00.000Z'],
    [DEFAULT_LIFETIME, '2027-03-01T12:30:00.000Z'],
    ['36500', '2126-02-05T12:30:00.000Z'],
    ['2026-03-02', '2026-03-02T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('reads %s', (text, moment) => {
    expect(parseExpiry(text, NOW)?.toISOString()).toBe(moment);
  });

  it('reads never', () => {
    expect(parseExpiry('never', NOW)).toBeNull();
  });

  it.each([
    '',
    '0',
    '-1',
    '1.5',
    '36501',
    '999999999',
    '1e3',
    ' 5',
    '5d',
    'Never',
    'tomorrow',
    '2026-03-01', // has begun
    '2025-12-31',
    '2027-02-29', // no such day
    '2027-13-01',
    '2027-1-1',
    '2027-01-01T00:00:00Z',
    '20270101',
  ])('refuses %j', (text) => {
    expect(() => parseExpiry(text, NOW)).toThrow(InvalidArgumentError);
  });
});
