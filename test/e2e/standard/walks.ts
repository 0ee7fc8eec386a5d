import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

/** What one page of a walk answered. */
export type Page = ScimAnswer['body'];

export interface Walk {
  /** Path with all parameters but `cursor`: `/Users?count=7`. */
  readonly path: string;
  /** Which cursor of a page leads on. */
  readonly follow?: 'nextCursor' | 'previousCursor';
  /** Where the walk begins; without it, at the first page. */
  readonly from?: string;
  /** Runs after each page. */
  readonly between?: (page: Page) => Promise<void>;
}

/** All pages from one cursor to where there is none. */
export async function walk(
  client: ScimClient,
  { path, follow = 'nextCursor', from = '', between }: Walk,
): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor: string | undefined = from;
  while (cursor !== undefined) {
    const answer = await client.get(`${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    pages.push(answer.body);
    await between?.(answer.body);
    cursor = answer.body[follow] as string | undefined;
  }
  return pages;
}

/** The ids of all resources on these pages, in their order. */
export function idsOn(pages: readonly Page[]): string[] {
  return pages.flatMap(({ Resources }) => (Resources as { id: string }[]).map(({ id }) => id));
}

/** Makes resources a few at a time and answers their ids in the order of the bodies. */
export async function createAll(
  client: ScimClient,
  path: string,
  bodies: readonly object[],
): Promise<string[]> {
  const ids: string[] = [];
  for (let start = 0; start < bodies.length; start += 20) {
    const answers = await Promise.all(bodies.slice(start, start + 20).map((body) => client.post(path, body)));
    for (const { status, text, body } of answers) {
      if (status !== 201) throw new Error(`${status} ${text}`);
      ids.push(body.id as string);
    }
  }
  return ids;
}
