import { type JSX } from 'preact';
import { useCallback, useLayoutEffect, useState } from 'preact/hooks';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { answered, api, onSessionEnd } from './api/client.js';
import { ProblemError } from './api/problem.js';
import { type Self } from './api/sessions.js';
import { CompaniesProvider } from './companies.js';
import { ROOT } from './location.js';
import { Connect } from './pages/connect.js';
import { Credentials } from './pages/credentials.js';
import { Deployment } from './pages/deployment.js';
import { Events } from './pages/events.js';
import { Groups } from './pages/groups.js';
import { Home } from './pages/home.js';
import { Log } from './pages/log.js';
import { Mapping } from './pages/mapping.js';
import { LinkPage, SignIn } from './pages/sign-in.js';
import { People } from './pages/people.js';
import { Safety } from './pages/safety.js';
import { Settings } from './pages/settings.js';
import { SessionProvider } from './session.js';
import { Shell } from './shell.js';
import { Loading, Page, Problem } from './ui/parts.js';

/** Undefined as long as nobody knows; null where nobody is signed in. */
type Known = Self | null | undefined;

/** The console: who is not signed in is asked to, and then sees the page whose address was opened. */
export function App(): JSX.Element {
  return (
    <LocationProvider scope={ROOT}>
      <LinkOrPages />
    </LocationProvider>
  );
}

function LinkOrPages(): JSX.Element {
  const { path } = useLocation();
  return path === `${ROOT}/sign-in` ? <LinkPage /> : <SignedIn />;
}

function SignedIn(): JSX.Element {
  const [self, setSelf] = useState<Known>();
  const [problem, setProblem] = useState<ProblemError>();
  const [ended, setEnded] = useState(false);

  const load = useCallback(async () => {
    try {
      setSelf(await answered(api.GET('/admin/v1/self')));
      setProblem(undefined);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.status === 401) setSelf(null);
      else setProblem(error);
    }
  }, []);

  // It asks at once, and not behind the first paint.
  useLayoutEffect(() => {
    void load();
    return onSessionEnd(() =>
      setSelf((before) => {
        if (before) setEnded(true);
        return null;
      }),
    );
  }, [load]);

  if (self === null) return <SignIn ended={ended} onSignedIn={() => void load()} />;
  if (self === undefined) {
    return (
      <div class="alone">
        {problem === undefined ? (
          <Loading />
        ) : (
          <>
            <Problem problem={problem} />
            <button type="button" onClick={() => void load()}>
              Try again
            </button>
          </>
        )}
      </div>
    );
  }
  return (
    <SessionProvider value={self}>
      <CompaniesProvider>
        <Shell>
          <Router>
            <Route path={ROOT} component={Home} />
            <Route path={`${ROOT}/companies/:company/connect`} component={Connect} />
            <Route path={`${ROOT}/companies/:company/log`} component={Log} />
            <Route path={`${ROOT}/companies/:company/groups`} component={Groups} />
            <Route path={`${ROOT}/companies/:company/people`} component={People} />
            <Route path={`${ROOT}/companies/:company/events`} component={Events} />
            <Route path={`${ROOT}/companies/:company/credentials`} component={Credentials} />
            <Route path={`${ROOT}/companies/:company/safety`} component={Safety} />
            <Route path={`${ROOT}/companies/:company/mapping`} component={Mapping} />
            <Route path={`${ROOT}/companies/:company/settings`} component={Settings} />
            <Route path={`${ROOT}/settings`} component={Deployment} />
            <Route default component={NoSuchPage} />
          </Router>
        </Shell>
      </CompaniesProvider>
    </SessionProvider>
  );
}

const NoSuchPage = (): JSX.Element => (
  <Page title="No such page">
    <p>
      Nothing has this address. <a href={`${ROOT}/`}>Here are all companies.</a>
    </p>
  </Page>
);
