import { type Surface } from '../../../src/surfaces/http/surface.js';
import { type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

/** An id of the right form, without a prefix, that nobody has. */
export const NOBODY = '00000000000abcde';

/** What a company has; ids are plain, whatever the wire format puts in front of them. */
export interface Estate {
  readonly user: string;
  readonly group: string;
}

/** One request; its method stands in the route that it tries. */
export interface Attempt {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The requests that name an id, which is another company's or nobody's; `ownGroup` is the caller's. */
export type Attempts = (id: string, ownGroup: string) => readonly Attempt[];

/** How the separation of companies is tried on a surface. */
export interface TenancyTrial {
  readonly surface: Surface;
  /** By route, `GET /Users/:id`; the trial fails where a route of the surface is missing. */
  readonly attempts: Readonly<Record<string, Attempts>>;
  /** URL of the surface as a client of this company configures it. */
  base(application: TestApplication, company: string): string;
  /** Makes a user and a group that holds it, called after `name`. @throws Error where one is not made. */
  settle(client: ScimClient, name: string): Promise<Estate>;
  /** Media type of bodies; without one none is sent. */
  readonly contentType?: string;
}

/** A list with a filter. */
export const listBy = (resource: string, filter: string): Attempt => ({
  path: `/${resource}?filter=${encodeURIComponent(filter)}`,
});

/** The body of an answer that has to be 201. */
export async function created(client: ScimClient, path: string, body: unknown): Promise<ScimAnswer['body']> {
  const answer = await client.post(path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** Sends an attempt at a route, byte for byte where its body is text. */
export function sendAttempt(
  { contentType }: TenancyTrial,
  client: ScimClient,
  route: string,
  { path, body, headers }: Attempt,
): Promise<ScimAnswer> {
  return client.send({
    method: route.split(' ', 1)[0] ?? '',
    path,
    headers: {
      Authorization: `Bearer ${client.token}`,
      ...(contentType !== undefined && { 'Content-Type': contentType }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}
