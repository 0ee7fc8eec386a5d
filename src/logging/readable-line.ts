/** The fields of a line that a person reads on a terminal in other places than at its end. */
export const SHOWN_FIELDS = [
  'pid',
  'hostname',
  'requestId',
  'traceId',
  'company',
  'credential',
  'credentialId',
  'credentialClient',
  'client',
  'surface',
  'method',
  'operation',
  'path',
  'resourceType',
  'resourceId',
  'status',
  'outcome',
  'scimType',
  'detail',
  'concerns',
  'reason',
  'since',
  'received',
  'ignored',
  'operations',
  'refusals',
  'durationMs',
  'secretId',
  'expires',
  'daysLeft',
  'lastUsed',
];

type Line = Readonly<Record<string, unknown>>;

/**
 * The line of a request in words: `acme · Okta: patch Group 027230536171b51d → 204 in 12 ms`. What is nobody's request
 * has its message alone, and its company where it has one.
 */
export function readableMessage(line: Line, messageKey: string): string {
  const message = text(line[messageKey]);
  if (typeof line['durationMs'] !== 'number') return joined([whose(line), message], ': ');
  const answer = `→ ${text(line['status'])} in ${Math.round(line['durationMs'])} ms`;
  return joined([joined([whose(line), what(line)], ': '), answer, why(line)], ' ');
}

function whose({ company, credential }: Line): string {
  return joined([text(company), text(credential)], ' · ');
}

function what({ method, operation, path, resourceType, resourceId }: Line): string {
  if (operation === undefined) return joined([text(method), text(path)], ' ');
  return joined([text(operation), text(resourceType), text(resourceId)], ' ');
}

/** Further facts, of which a request that simply succeeded has none. */
function why(line: Line): string {
  const { outcome, scimType, detail, concerns, reason, since, received, ignored, operations } = line;
  const { refusals, requestId } = line;
  const isPlain = outcome === 'done' || outcome === 'unchanged';
  const said = [
    outcome === 'done' ? '' : text(outcome),
    text(scimType),
    reason === undefined || text(detail).startsWith(`${text(reason)}: `)
      ? ''
      : joined([text(reason), since === undefined ? '' : `since ${text(since)}`], ' '),
    received === undefined ? '' : `received ${text(received)}`,
    text(detail),
    Array.isArray(concerns) ? `see ${concerns.join(', ')}` : '',
    Array.isArray(ignored) ? `ignored ${ignored.join(', ')}` : '',
    counts(operations),
    Array.isArray(refusals) ? refusals.join('; ') : '',
    isPlain ? '' : `request ${text(requestId)}`,
  ];
  const told = joined(said, ' · ');
  return told === '' ? '' : `(${told})`;
}

function counts(operations: unknown): string {
  if (typeof operations !== 'object' || operations === null) return '';
  return Object.entries(operations)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ');
}

const joined = (parts: readonly string[], separator: string): string =>
  parts.filter((part) => part !== '').join(separator);

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
