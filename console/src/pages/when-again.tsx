import { Fragment, type JSX } from 'preact';
import { answered, api } from '../api/client.js';
import { Marked } from '../ui/parts.js';
import { useLive } from '../ui/use-live.js';
import { type Provider, providersOf } from './providers.js';

/** What an administrator of identity providers does there when something was changed here, and when it works then. */
export function WhenAgain({
  company,
  after,
}: {
  readonly company: string;
  /** Whether requests are let through again, or there is another secret. */
  readonly after: 'retry' | 'renew';
}): JSX.Element {
  const { value: providers = [] } = useLive((signal) => loadProviders(company, signal), [company]);
  return (
    <dl class="providers">
      {providers.map(({ id, name, [after]: text }) => (
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

/** Those whose credentials the company has. */
async function loadProviders(company: string, signal: AbortSignal): Promise<readonly Provider[]> {
  const params = { path: { company }, query: { count: 200 } };
  const [tokens, clients] = await Promise.all([
    answered(api.GET('/admin/v1/companies/{company}/tokens', { params, signal })),
    answered(api.GET('/admin/v1/companies/{company}/clients', { params, signal })),
  ]);
  return providersOf([
    ...tokens.items.flatMap(({ name, client }) => [name, client ?? '']),
    ...clients.items.flatMap(({ name, userAgent }) => [name, userAgent ?? '']),
  ]);
}
