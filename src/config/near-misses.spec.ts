import { describeNearMisses } from './near-misses.js';

const SETTINGS = new Set([
  'PORT',
  'HOST',
  'LOG_LEVEL',
  'DATABASE_URL',
  'DATABASE_URL_FILE',
  'BOOTSTRAP_TOKEN',
]);

it.each([
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASE_URL_FIEL', 'DATABASE_URL_FILE'],
  ['BOOTSTRAP_TOKN', 'BOOTSTRAP_TOKEN'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['PROT', 'PORT'],
  ['database_url', 'DATABASE_URL'],
])('says of %s that %s is meant', (name, meant) => {
  expect(describeNearMisses({ [name]: 'x', PATH: '/bin' }, SETTINGS)).toEqual([
    `${name} is no setting of Rollcall: is ${meant} meant?`,
  ]);
});

it.each([
  ['an empty variable', { DATABSE_URL: ' ' }],
  ['one beside the setting itself', { DATABASE_URI: 'x', DATABASE_URL: 'y' }],
  ['one beside the file of the setting', { DATABASE_URI: 'x', DATABASE_URL_FILE: '/y' }],
  ['what only resembles a short name', { HOME: '/root', POSTS: '1' }],
  ['other names', { DATABASE: 'x', USER: 'ada', SHELL: '/bin/sh', LANG: 'C' }],
])('says nothing of %s', (_what, environment) => {
  expect(describeNearMisses(environment, SETTINGS)).toEqual([]);
});
