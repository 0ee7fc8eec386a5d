import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { SERVICE } from '../location.js';
import { useIsOperator } from '../session.js';
import { Badge, Curl, Page, Problem, Time } from '../ui/parts.js';
import { saveAnswer } from '../ui/save-answer.js';
import { useAction } from '../ui/use-action.js';
import { AdminCredentials, PlatformCredentials } from './deployment-credentials.js';
import { Sessions } from './sessions.js';

const BUNDLE = '/admin/v1/support-bundle';

/** Do clients reach the service, what opens it besides companies, and who is signed in? */
export function Deployment(): JSX.Element {
  const isOperator = useIsOperator();
  return (
    <Page title={isOperator ? 'Deployment' : 'Your sessions'}>
      {isOperator && (
        <>
          <ConnectionTest />
          <SupportBundle />
          <AdminCredentials />
          <PlatformCredentials />
        </>
      )}
      <Sessions />
    </Page>
  );
}

function ConnectionTest(): JSX.Element {
  const [found, setFound] = useState<{ readonly at: string; readonly test: Schema<'ConnectionTestView'> }>();
  const run = useAction(async () => {
    const test = await answered(api.POST('/admin/v1/connection-test'));
    setFound({ at: new Date().toISOString(), test });
  });
  return (
    <section aria-labelledby="connection">
      <h2 id="connection">Connection test</h2>
      <p>
        Calls <code>PUBLIC_URL</code> from the machine of the service, as an identity provider would: name,
        certificate, redirects, whether it leads here, and the clocks. It can not see what a firewall does to
        others.
      </p>
      <p>
        <button type="button" class="main" disabled={run.running} onClick={() => void run.run()}>
          {run.running ? 'Testing …' : 'Test the connection'}
        </button>
      </p>
      <Problem problem={run.problem} />
      <div role="status">
        {found !== undefined && (
          <>
            <p>
              {summaryOf(found.test.checks)}{' '}
              <span class="quiet">
                {found.test.publicUrl} <Time at={found.at} />
              </span>
            </p>
            <Checks checks={found.test.checks} />
          </>
        )}
      </div>
      <p class="quiet">
        <a href={`${SERVICE}/docs/guides/tls`}>TLS in front</a> says how a proxy is set up.{' '}
        <code>rollcall doctor</code> looks at the database and the machine too.
      </p>
      <Curl call={{ method: 'POST', path: '/admin/v1/connection-test' }} />
    </section>
  );
}

const summaryOf = (checks: readonly Schema<'CheckView'>[]): string => {
  if (checks.some(({ status }) => status === 'fail')) return 'Clients do not get through.';
  return checks.some(({ status }) => status === 'warn')
    ? 'It works from here; something should be looked at.'
    : 'All is well.';
};

const TONES = { ok: 'good', warn: 'warn', fail: 'bad' } as const;
const WORDS = { ok: 'fine', warn: 'look', fail: 'wrong' } as const;

function Checks({ checks }: { readonly checks: readonly Schema<'CheckView'>[] }): JSX.Element {
  return (
    <ul class="plain-list">
      {checks.map(({ name, status, found, advice }) => (
        <li key={`${name} ${found}`}>
          <Badge tone={TONES[status]}>{WORDS[status]}</Badge> <b>{name}</b>: {found}
          {advice !== null && <p class="quiet">{advice}</p>}
        </li>
      ))}
    </ul>
  );
}

function SupportBundle(): JSX.Element {
  const save = useAction(() =>
    saveAnswer(BUNDLE, `rollcall-support-${new Date().toISOString().slice(0, 10)}.json`),
  );
  return (
    <section aria-labelledby="bundle">
      <h2 id="bundle">Support bundle</h2>
      <p>
        One file for whoever helps: versions, settings, checks, and for each company numbers alone. It holds
        no secret, no name of a company and nothing of a person; read it before you send it.
      </p>
      <p>
        <button type="button" disabled={save.running} onClick={() => void save.run()}>
          {save.running ? 'Gathering …' : 'Download the support bundle'}
        </button>
      </p>
      <Problem problem={save.problem} />
      <Curl call={{ path: BUNDLE }} />
    </section>
  );
}
