import { useRef } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { useLive } from './use-live.js';

/** A name changes seldom, and an id stands for it until then. */
const EVERY_MS = 600_000;

/**
 * What users and groups are called: each by its id, as the newest entry of the journal about it has the name. Those without such
 * an entry are left out.
 */
export function useNames(company: string, ids: readonly string[]): ReadonlyMap<string, string> {
  const known = useRef(new Map<string, string>());
  const asked = [...new Set(ids)].sort();
  useLive(
    async (signal) => {
      const unknown = asked.filter((id) => !known.current.has(id));
      await Promise.all(
        unknown.map(async (resource) => {
          const params = { path: { company }, query: { resource, count: 1 } };
          const call = api.GET('/admin/v1/companies/{company}/activity', { params, signal }) as Promise<{
            data?: Schema<'ActivityListView'>;
            error?: unknown;
            response: Response;
          }>;
          const { items } = await answered(call);
          const name = items[0]?.display;
          if (typeof name === 'string') known.current.set(resource, name);
        }),
      );
    },
    [company, ...asked],
    EVERY_MS,
  );
  return known.current;
}
