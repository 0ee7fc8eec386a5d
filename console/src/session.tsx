import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Self } from './api/sessions.js';

const SessionContext = createContext<Self | undefined>(undefined);

/** Makes known to the pages inside of it who is signed in. */
export const SessionProvider = SessionContext.Provider;

/** Who is signed in. It throws an Error outside of a {@link SessionProvider}. */
export function useSelf(): Self {
  const self = useContext(SessionContext);
  if (self === undefined) throw new Error('a page was shown to nobody');
  return self;
}

/** Whether somebody may change what belongs to a company: its operator, and its own administrator. */
export function useMayChange(company: string): boolean {
  const { roles, companies } = useSelf();
  return roles.includes('operator') || companies.some(({ id, slug }) => [id, slug].includes(company));
}

/** Whether somebody sees and changes all companies. */
export const useIsOperator = (): boolean => useSelf().roles.includes('operator');
