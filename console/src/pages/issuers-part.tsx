import { type JSX } from 'preact';
import { answered, api, type Schema } from '../api/client.js';
import { SERVICE } from '../location.js';
import { useMayChange } from '../session.js';
import { Loaded } from '../ui/loaded.js';
import { Confirmed, Curl, Problem } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { useLive } from '../ui/use-live.js';

const query = { count: 200 };

const addressOf = (company: string): string => `/admin/v1/companies/${encodeURIComponent(company)}/issuers`;

/** Whose signed tokens open the company. Nothing where nobody's do. */
export function IssuersPart({ company }: { readonly company: string }): JSX.Element | null {
  const params = { path: { company }, query };
  const live = useLive(
    (signal) => answered(api.GET('/admin/v1/companies/{company}/issuers', { params, signal })),
    [company],
  );
  const isAccepted = ({ revoked }: Schema<'IssuerView'>): boolean => revoked === null;
  if (live.problem === undefined && !live.value?.items.some(isAccepted)) return null;
  return (
    <section aria-labelledby="issuers">
      <h2 id="issuers">Issuers of signed tokens</h2>
      <p>
        Tokens (JWT) that they sign for this company open it.{' '}
        <a href={`${SERVICE}/docs/guides/json-web-tokens`}>The guide</a> says how one is added.
      </p>
      <Loaded live={live}>
        {({ items }) => (
          <ul class="cards">
            {items.filter(isAccepted).map((issuer) => (
              <IssuerCard key={issuer.id} company={company} issuer={issuer} onRemoved={live.refresh} />
            ))}
          </ul>
        )}
      </Loaded>
      <Curl call={{ path: addressOf(company), query }} />
    </section>
  );
}

function IssuerCard({
  company,
  issuer: { id, name, issuer, audience, jwksUrl, keyIds, scopes },
  onRemoved,
}: {
  readonly company: string;
  readonly issuer: Schema<'IssuerView'>;
  readonly onRemoved: () => void;
}): JSX.Element {
  const mayChange = useMayChange(company);
  const remove = useAction(async () => {
    const params = { path: { company, id } };
    await answered(api.POST('/admin/v1/companies/{company}/issuers/{id}/remove', { params }));
    onRemoved();
  });
  return (
    <li class="card">
      <h3>{name}</h3>
      <p class="quiet">
        issuer <code>{issuer}</code> · audience <code>{audience}</code>
      </p>
      <p class="quiet">
        {scopes.includes('scim:write') ? 'May read and write' : 'May read'} ·{' '}
        {jwksUrl === null ? (
          `keys that are kept here: ${(keyIds ?? []).join(', ')}`
        ) : (
          <>
            keys from <code>{jwksUrl}</code>
          </>
        )}
      </p>
      {mayChange && (
        <Confirmed
          label={`Remove ${name}`}
          confirm="Remove it"
          dangerous
          disabled={remove.running}
          question="From the next request on, its tokens are refused. It can be added again."
          call={{ method: 'POST', path: `${addressOf(company)}/${id}/remove` }}
          onConfirm={() => void remove.run()}
        />
      )}
      <Problem problem={remove.problem} />
    </li>
  );
}
