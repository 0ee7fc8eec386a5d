import { type AccessScope } from '../../../../src/access/credential.js';
import { type Dialect } from '../../../../src/protocol/dialect/dialect.js';
import { type TestApplication, type TestCompany } from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import { ERROR } from '../../standard/messages.js';

export const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
export const MULTIPART = { 'Content-Type': 'multipart/form-data; boundary=limit' };

/** A client of the company surface with a new token. */
export async function paradigmClient(
  application: TestApplication,
  company: TestCompany,
  dialect?: Dialect,
  scopes?: readonly AccessScope[],
): Promise<ScimClient> {
  return application.scim(await company.token(dialect, scopes), `${application.origin}/scim/v2`);
}

/** A URL-encoded form of these fields. */
export const urlEncoded = (...fields: readonly (readonly [string, string])[]): string =>
  fields.map((field) => field.map(encodeURIComponent).join('=')).join('&');

/** A multipart form of these fields, for {@link MULTIPART}. */
export const multipart = (...fields: readonly (readonly [string, string])[]): string =>
  fields
    .map(([name, value]) => `--limit\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('') + '--limit--\r\n';

/** An error as this surface writes it: an integer `status`, and nothing beside the documented keys but `scimType`. */
export function expectError(
  answer: ScimAnswer,
  status: number,
  detail: string | RegExp,
  scimType?: string,
): void {
  expect([answer.status, answer.body]).toEqual([
    status,
    {
      schemas: [ERROR],
      detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
      status,
      ...(scimType === undefined ? {} : { scimType }),
    },
  ]);
  expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
}

/** 405 without a word, but with the methods that the endpoint has. */
export function expectWrongMethod(answer: ScimAnswer, allow: string): void {
  expect([answer.status, answer.text, answer.headers.allow]).toEqual([405, '', allow]);
  expect(answer.headers['content-type']).not.toMatch(/json/);
}
