/** A call of the admin API. */
export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the address of the service: `/admin/v1/companies`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The path with its query, as it is sent. */
export function addressOf({ path, query = {} }: Pick<Call, 'path' | 'query'>): string {
  const set = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const text = new URLSearchParams(set).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The command of a POSIX shell that makes a call, with `$ADMIN_TOKEN` where the secret belongs. */
export function curlOf(service: string, call: Call): string {
  const { method = 'GET', headers = {}, body } = call;
  const parts = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(service + addressOf(call))}`,
    `-H "Authorization: Bearer $ADMIN_TOKEN"`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`]),
  ];
  return parts.join(' \\\n  ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Headers that the connection of another sender has anew. */
const OF_CONNECTION =
  /^(?:host|connection|content-length|content-encoding|transfer-encoding|accept-encoding|x-request-id|traceparent|tracestate|forwarded|via|x-forwarded-.*|x-real-ip)$/i;

/** The command that sends a request of a client once more, with `$TOKEN` where its credential belongs. */
export function repeatingCurl(
  service: string,
  {
    method,
    path,
    headers,
    body,
  }: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly (readonly string[])[];
    readonly body: { readonly text: string } | null;
  },
): string {
  const kept = headers.filter(([name = '']) => !OF_CONNECTION.test(name));
  const parts = [
    // Brackets in a query are no ranges.
    `curl -g ${method === 'GET' ? '' : `-X ${method} `}${quoted(service + path)}`,
    `-H "Authorization: Bearer $TOKEN"`,
    ...kept.map(([name = '', value = '']) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-binary ${quoted(body.text)}`]),
  ];
  return parts.join(' \\\n  ');
}
