import { type StorePage } from '../../scim/lists/list-plan.js';

/** How many resources are read at once. */
const PAGE = 1_000;

export interface Part {
  readonly startIndex: number;
  readonly count: number;
  readonly after?: string;
}

/**
 * Any number of resources, read page by page while they are consumed. Each page begins behind the last id of the one
 * before, so that every resource which exists all the time comes exactly once, whatever is created and deleted
 * meanwhile. `totalResults` is that of the first page.
 */
export async function listWhole<T extends { readonly id: string }>(
  { startIndex, count }: Part,
  readPage: (part: Part) => Promise<StorePage<T>>,
): Promise<StorePage<T>> {
  const asked = Math.min(count, PAGE);
  const first = await readPage({ startIndex, count: asked });
  return { totalResults: first.totalResults, resources: readOn(first, asked, count, readPage) };
}

async function* readOn<T extends { readonly id: string }>(
  first: StorePage<T>,
  firstAsked: number,
  count: number,
  readPage: (part: Part) => Promise<StorePage<T>>,
): AsyncGenerator<T> {
  let page = first;
  let asked = firstAsked;
  let left = count;
  for (;;) {
    let returned = 0;
    let last = '';
    for await (const resource of page.resources) {
      returned += 1;
      last = resource.id;
      yield resource;
    }
    left -= returned;
    if (returned < asked || left <= 0) return;
    asked = Math.min(left, PAGE);
    page = await readPage({ startIndex: 1, count: asked, after: last });
  }
}
