import { randomUUID } from 'node:crypto';
import { type ExpectedGroup, type ExpectedUser } from './expected-company.js';

const GIVEN_NAMES =
  'Ada Zoë José Renée Jürgen Chloé Amélie Björn Noëmi Tomás Grace Alan Omar Mei Yuki Ravi Lena Igor Nora Sam';
const FAMILY_NAMES = "Nguyen O'Neil García Müller Smith Okafor Ivanov Tanaka Silva Haddad";

const given = GIVEN_NAMES.split(' ');
const family = FAMILY_NAMES.split(' ');

/** Invented users, whose user names are unique in a `realm`. After 200 users, display names are repeated. */
export function makeUsers(realm: string, count: number): ExpectedUser[] {
  return Array.from({ length: count }, (_, index) => {
    const givenName = given[index % given.length]!;
    const familyName = family[Math.floor(index / given.length) % family.length]!;
    const userName = `${foldName(givenName)}.${foldName(familyName)}.${index + 1}@${realm}.example`;
    return {
      kind: 'User',
      id: undefined,
      externalId: randomUUID(),
      userName,
      displayName: `${givenName} ${familyName}`,
      givenName,
      familyName,
      email: userName,
      active: true,
      manager: undefined,
    };
  });
}

export const makeGroup = (displayName: string): ExpectedGroup => ({
  kind: 'Group',
  id: undefined,
  externalId: randomUUID(),
  displayName,
  members: new Set(),
});

const foldName = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
