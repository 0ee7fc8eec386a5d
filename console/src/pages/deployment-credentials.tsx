import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answered, api, type Schema } from '../api/client.js';
import { SERVICE } from '../location.js';
import { useSelf } from '../session.js';
import { Curl } from '../ui/parts.js';
import { useLive } from '../ui/use-live.js';
import {
  type AdminCredential,
  Card,
  Companies,
  COUNT,
  List,
  NewCredential,
  type PlatformCredential,
} from './deployment-credential-parts.js';

type PlatformScope = Schema<'IssuePlatformCredential'>['scopes'][number];

const query = { count: COUNT };
const ADMIN = '/admin/v1/admin-credentials';
const PLATFORM = '/admin/v1/platform-credentials';

const PLATFORM_SCOPES: readonly (readonly [scope: PlatformScope, text: string])[] = [
  ['feed', 'follow changes'],
  ['check', 'check memberships'],
  ['search', 'search memberships'],
];

/** Slugs or ids, as somebody types them. */
const companiesIn = (text: string): string[] => text.split(/[\s,]+/).filter((each) => each !== '');

/** What opens the admin API and the console. */
export function AdminCredentials(): JSX.Element {
  const self = useSelf();
  const live = useLive(
    (signal) => answered(api.GET('/admin/v1/admin-credentials', { params: { query }, signal })),
    [],
  );
  return (
    <section aria-labelledby="admin-credentials">
      <h2 id="admin-credentials">Admin credentials</h2>
      <p>
        They open this console and the <a href={`${SERVICE}/docs/guides/admin-api`}>admin API</a>, for people
        and programs, each with its own in the place of <code>ADMIN_TOKEN</code>.
      </p>
      <List live={live}>
        {(credential) => (
          <Card
            key={credential.id}
            kind="admin credential"
            credential={credential}
            may={mayOf(credential)}
            own={self.id === `admin:${credential.id}`}
            call={{ method: 'POST', path: `${ADMIN}/${credential.id}/revoke` }}
            revoke={async (id) => {
              await answered(
                api.POST('/admin/v1/admin-credentials/{id}/revoke', { params: { path: { id } } }),
              );
              live.refresh();
            }}
          />
        )}
      </List>
      <NewAdminCredential onMade={live.refresh} />
      <Curl does="list admin credentials" call={{ path: ADMIN, query }} />
    </section>
  );
}

function mayOf({ scopes, companies }: AdminCredential): string {
  if (scopes.includes('admin:write')) return 'May do everything, in all companies';
  const slugs = companies.map(({ slug }) => slug).join(', ');
  const may = [
    ...(scopes.includes('admin:read') ? ['look, in all companies'] : []),
    ...(slugs === '' ? [] : [`administer ${slugs}`]),
  ];
  return may.length === 0 ? 'May do nothing: its companies are gone' : `May ${may.join(', and ')}`;
}

function NewAdminCredential({ onMade }: { readonly onMade: () => void }): JSX.Element {
  const [role, setRole] = useState<'read' | 'write' | 'company'>('read');
  const [companies, setCompanies] = useState('');
  const scopes =
    role === 'company' ? companiesIn(companies).map((each) => `admin:${each}`) : [`admin:${role}`];
  return (
    <NewCredential
      kind="admin credential"
      wanted={{ scopes }}
      issue={(body) => answered(api.POST('/admin/v1/admin-credentials', { body }))}
      callOf={(body) => ({ method: 'POST', path: ADMIN, body })}
      onMade={onMade}
    >
      <label>
        It may
        <br />
        <select value={role} onChange={({ currentTarget }) => setRole(currentTarget.value as typeof role)}>
          <option value="read">look, in all companies</option>
          <option value="write">do everything, in all companies</option>
          <option value="company">administer companies</option>
        </select>
      </label>
      {role === 'company' && (
        <Companies label="Which? Their slugs" required value={companies} onChange={setCompanies} />
      )}
    </NewCredential>
  );
}

/** What opens the platform API. */
export function PlatformCredentials(): JSX.Element {
  const live = useLive(
    (signal) => answered(api.GET('/admin/v1/platform-credentials', { params: { query }, signal })),
    [],
  );
  return (
    <section aria-labelledby="platform-credentials">
      <h2 id="platform-credentials">Platform credentials</h2>
      <p>
        They are for platforms that <a href={`${SERVICE}/docs/guides/platform-api`}>read several companies</a>
        , and change nothing.
      </p>
      <List live={live}>
        {(credential) => (
          <Card
            key={credential.id}
            kind="platform credential"
            credential={credential}
            may={readsOf(credential)}
            call={{ method: 'POST', path: `${PLATFORM}/${credential.id}/revoke` }}
            revoke={async (id) => {
              const params = { path: { id } };
              await answered(api.POST('/admin/v1/platform-credentials/{id}/revoke', { params }));
              live.refresh();
            }}
          />
        )}
      </List>
      <NewPlatformCredential onMade={live.refresh} />
      <Curl does="list platform credentials" call={{ path: PLATFORM, query }} />
    </section>
  );
}

function readsOf({ scopes, companies }: PlatformCredential): string {
  const texts = PLATFORM_SCOPES.filter(([scope]) => scopes.includes(scope)).map(([, text]) => text);
  const where = companies === null ? 'all companies' : companies.map(({ slug }) => slug).join(', ');
  return `May ${texts.join(', ')} · ${where}`;
}

function NewPlatformCredential({ onMade }: { readonly onMade: () => void }): JSX.Element {
  const [scopes, setScopes] = useState<readonly PlatformScope[]>(['feed', 'check', 'search']);
  const [companies, setCompanies] = useState('');
  const named = companiesIn(companies);
  return (
    <NewCredential
      kind="platform credential"
      wanted={{ scopes: [...scopes], companies: named.length === 0 ? null : named }}
      issue={(body) => answered(api.POST('/admin/v1/platform-credentials', { body }))}
      callOf={(body) => ({ method: 'POST', path: PLATFORM, body })}
      onMade={onMade}
    >
      <fieldset class="settings">
        <legend class="quiet hint">It may</legend>
        <div class="row">
          {PLATFORM_SCOPES.map(([scope, text]) => (
            <label key={scope} class="check">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={({ currentTarget }) =>
                  setScopes(
                    PLATFORM_SCOPES.map(([each]) => each).filter((each) =>
                      each === scope ? currentTarget.checked : scopes.includes(each),
                    ),
                  )
                }
              />{' '}
              {text}
            </label>
          ))}
        </div>
      </fieldset>
      <Companies
        label="In which companies? Their slugs (empty: all)"
        value={companies}
        onChange={setCompanies}
      />
    </NewCredential>
  );
}
