import { type ComponentChildren, createContext, type JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { answered, api, type Schema } from './api/client.js';
import { type Live, useLive } from './ui/use-live.js';

/** How many companies a list shows at most; where there are more, they are searched. */
export const MOST_COMPANIES = 200;

type Companies = Live<Schema<'CompanyListView'>>;

const CompaniesContext = createContext<Companies | undefined>(undefined);

/** Loads the first companies once for all that stands inside of it. */
export function CompaniesProvider({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const live = useLive(
    (signal) =>
      answered(api.GET('/admin/v1/companies', { params: { query: { count: MOST_COMPANIES } }, signal })),
    [],
  );
  return <CompaniesContext.Provider value={live}>{children}</CompaniesContext.Provider>;
}

/** The first companies. It throws an Error outside of a {@link CompaniesProvider}. */
export function useCompanies(): Companies {
  const live = useContext(CompaniesContext);
  if (live === undefined) throw new Error('a page was shown without its companies');
  return live;
}
