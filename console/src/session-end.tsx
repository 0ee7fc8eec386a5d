import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { answered, api } from './api/client.js';
import { signIn } from './api/sessions.js';
import { Notice, Problem, Time } from './ui/parts.js';
import { useAction } from './ui/use-action.js';

const LOOK_MS = 60_000;
/** How long before its end a session is spoken of. */
const WARNED_MS = 15 * 60_000;

/**
 * Says that the session ends soon, and lets one go on with a new one, so that nothing on the page is lost. A page that is
 * seen calls all the time: what ends is the seven days.
 */
export function SessionEnd(): JSX.Element | null {
  const [expires, setExpires] = useState<string>();
  const [secret, setSecret] = useState('');

  const look = async (signal?: AbortSignal): Promise<void> => {
    const call = api.GET('/admin/v1/sessions/{id}', {
      params: { path: { id: 'current' } },
      ...(signal && { signal }),
    });
    setExpires((await answered(call)).expires);
  };
  useEffect(() => {
    const ended = new AbortController();
    // What goes wrong with it shows in the calls of the page too.
    const lookNow = (): void => {
      if (!document.hidden) void look(ended.signal).catch(() => undefined);
    };
    const timer = setInterval(lookNow, LOOK_MS);
    lookNow();
    return () => {
      ended.abort();
      clearInterval(timer);
    };
  }, []);
  const goOn = useAction(async () => {
    await signIn(secret);
    setSecret('');
    await look();
  });

  if (expires === undefined || Date.parse(expires) - Date.now() > WARNED_MS) return null;
  return (
    <div class="above">
      <Notice tone="warn" label="The end of the session">
        <p role="alert">
          <strong>
            This session ends <Time at={expires} />.
          </strong>{' '}
          Sign in again to go on where you are; who came by a link needs another one.
        </p>
        <form
          class="filters"
          onSubmit={(event) => {
            event.preventDefault();
            void goOn.run();
          }}
        >
          <label>
            Admin token or admin credential
            <br />
            <input
              required
              type="password"
              autocomplete="off"
              value={secret}
              onInput={({ currentTarget }) => setSecret(currentTarget.value.trim())}
            />
          </label>
          <button type="submit" class="main" disabled={goOn.running}>
            Go on
          </button>
        </form>
        <Problem problem={goOn.problem} />
      </Notice>
    </div>
  );
}
