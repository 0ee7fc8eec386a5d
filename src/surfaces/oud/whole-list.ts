import { type ListPage } from '../../scim/cursors/cursor-pages.js';

/** How many resources are read at once. */
const PAGE = 1_000;

export interface Part {
  readonly startIndex: number;
  readonly count: number;
  readonly after?: string;
}

/**
 * Any number of resources, read page by page while they are consumed. Each page begins behind the last place of the one
 * before, so that every resource which exists all the time comes exactly once, whatever is created and deleted
 * meanwhile. `totalResults` is that of the first page.
 *
 * @param readPage gives pages in the order of ids, with their bounds
 */
export async function listWhole<T>(
  { startIndex, count }: Part,
  readPage: (part: Part) => Promise<ListPage<T>>,
): Promise<ListPage<T>> {
  const first = await readPage({ startIndex, count: Math.min(count, PAGE) });
  return { totalResults: first.totalResults, resources: readOn(first, count, readPage) };
}

/** A page may have fewer resources than were asked for: those that are deleted while it is read are left out. */
async function* readOn<T>(
  first: ListPage<T>,
  count: number,
  readPage: (part: Part) => Promise<ListPage<T>>,
): AsyncGenerator<T> {
  let page = first;
  let left = count;
  for (;;) {
    for await (const resource of page.resources) {
      left -= 1;
      yield resource;
    }
    if (!page.bounds?.hasMore || left <= 0) return;
    page = await readPage({ startIndex: 1, count: Math.min(left, PAGE), after: page.bounds.last.id });
  }
}
