import { type ComponentChildren, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { firstPageOf, signIn } from '../api/sessions.js';
import { ROOT } from '../location.js';
import { Notice, Page, Problem } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

/** The token of a link, `#link=…`. It is in the fragment, which browsers send to nobody. */
const linkIn = (fragment: string): string | undefined =>
  new URLSearchParams(fragment.slice(1)).get('link') ?? undefined;

/**
 * The page that a sign-in or set-up link leads to. It uses the link up when somebody presses the button, since scanners of
 * mail open each link.
 */
export function LinkPage(): JSX.Element {
  const { route } = useLocation();
  const [link, setLink] = useState(() => linkIn(location.hash));
  const follow = useAction(async () => route(firstPageOf(await signIn(link ?? '')), true));
  useEffect(() => {
    const take = (): void => {
      const opened = linkIn(location.hash);
      if (opened === undefined) return;
      setLink(opened);
      // Neither the history nor somebody who looks on has it from here on.
      history.replaceState(null, '', location.pathname);
    };
    take();
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  if (link === undefined) return <SignIn onSignedIn={() => route(`${ROOT}/`, true)} />;
  return (
    <Alone title="Sign in to Rollcall">
      <p>
        Rollcall takes users and groups from your identity provider, such as Entra ID or Okta, and tells
        services who is in which group. This link signs you in to its console, where the provider is connected
        and what it sends can be seen.
      </p>
      <p>
        It works once. You stay signed in until you have done nothing for eight hours; for a later day, ask
        for another one.
      </p>
      <button type="button" class="main" disabled={follow.running} onClick={() => void follow.run()}>
        Continue
      </button>
      {follow.problem?.status === 401 ? (
        <Notice tone="bad" role="alert">
          <p>
            <strong>This link does not work any more.</strong> It was used already, or its time is over.
          </p>
          <p>
            Ask whoever sent it for another one, or <a href={`${ROOT}/`}>sign in with a credential</a>.
          </p>
        </Notice>
      ) : (
        <Problem problem={follow.problem} />
      )}
    </Alone>
  );
}

/** Asks for a secret of the admin API, and keeps it nowhere: the service makes a session of it. */
export function SignIn({
  ended = false,
  onSignedIn,
}: {
  /** Whether there was a session until now. */
  readonly ended?: boolean;
  readonly onSignedIn: () => void;
}): JSX.Element {
  const [secret, setSecret] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // There is nothing else to do on the page.
  useLayoutEffect(() => field.current?.focus(), []);
  const enter = useAction(async () => {
    await signIn(secret);
    onSignedIn();
  });
  return (
    <Alone title="Sign in to Rollcall">
      {ended && <Notice tone="warn">Your session has ended. Sign in again, and go on where you were.</Notice>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void enter.run();
        }}
      >
        <label for="secret">Admin token or admin credential</label>
        <input
          id="secret"
          ref={field}
          type="password"
          autocomplete="off"
          required
          value={secret}
          aria-describedby="secret-help"
          onInput={({ currentTarget }) => setSecret(currentTarget.value.trim())}
        />
        <button type="submit" class="main" disabled={enter.running}>
          Sign in
        </button>
      </form>
      {enter.problem?.status === 401 ? (
        <Notice tone="bad" role="alert">
          <p>
            <strong>That is no admin token and no admin credential that is in force.</strong>
          </p>
          <p>Tokens with which an identity provider sends open nothing here.</p>
        </Notice>
      ) : (
        <Problem problem={enter.problem} />
      )}
      <p class="quiet" id="secret-help">
        The value of <code>ADMIN_TOKEN</code>, or what <code>rollcall admin issue</code> has printed. Where
        Rollcall runs, <code>rollcall console link</code> makes a link that signs in without either. Whoever
        came by a link asks for another one.
      </p>
    </Alone>
  );
}

const Alone = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <div class="alone">
    <Page title={title}>{children}</Page>
  </div>
);
