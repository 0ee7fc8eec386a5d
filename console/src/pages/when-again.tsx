import { Fragment, type JSX } from 'preact';
import { answered, api } from '../api/client.js';
import { Marked } from '../ui/parts.js';
import { useLive } from '../ui/use-live.js';
import { PROVIDERS, providersOf } from './providers.js';

/** Where nothing tells which it is. */
const COMMON = PROVIDERS.filter(({ id }) => ['entra', 'okta'].includes(id));

/** What an administrator of identity providers does there when something was changed here, and when it works then. */
export function WhenAgain({
  company,
  credential,
  after,
}: {
  readonly company: string;
  /** The name of the credential that it is about, where it is about one. */
  readonly credential?: string;
  /** Whether requests are let through again, or there is another secret. */
  readonly after: 'retry' | 'renew';
}): JSX.Element {
  const { value: names = [] } = useLive((signal) => loadNames(company, signal), [company]);
  const ofOne = providersOf(credential === undefined ? [] : [credential]);
  const providers = ofOne.length > 0 ? ofOne : providersOf(names);
  return (
    <dl class="providers">
      {(providers.length > 0 ? providers : COMMON).map(({ id, name, [after]: text }) => (
        <Fragment key={id}>
          <dt>{name}</dt>
          <dd>
            <Marked text={text} />
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** The names of a company's credentials, and what their clients call themselves. */
async function loadNames(company: string, signal: AbortSignal): Promise<readonly string[]> {
  const params = { path: { company }, query: { count: 200 } };
  const [tokens, clients] = await Promise.all([
    answered(api.GET('/admin/v1/companies/{company}/tokens', { params, signal })),
    answered(api.GET('/admin/v1/companies/{company}/clients', { params, signal })),
  ]);
  return [
    ...tokens.items.flatMap(({ name, client }) => [name, client ?? '']),
    ...clients.items.flatMap(({ name, userAgent }) => [name, userAgent ?? '']),
  ];
}
