const SCIM_TYPE = 'application/scim+json';
const PLAIN_TYPE = 'application/json';

/**
 * The `Content-Type` of an answer: what the request's `Accept` prefers of `application/scim+json` and
 * `application/json` (RFC 9110 §12.5.1), the former where it has no preference. Parameters of a range other than its
 * weight mean nothing. Undefined: it admits neither.
 */
export function chooseMediaType(accept: string | undefined): string | undefined {
  const weights = readWeights(accept?.trim() ? accept : '*/*');
  const weightOf = (type: string): number =>
    weights.get(type) ?? weights.get('application/*') ?? weights.get('*/*') ?? 0;
  const [scim, plain] = [weightOf(SCIM_TYPE), weightOf(PLAIN_TYPE)];
  if (scim <= 0 && plain <= 0) return undefined;
  return `${scim >= plain ? SCIM_TYPE : PLAIN_TYPE}; charset=utf-8`;
}

function readWeights(accept: string): Map<string, number> {
  return new Map(
    accept.split(',').map((range): [string, number] => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '');
      const read = Number(weight ?? 1);
      return [type, Number.isNaN(read) ? 1 : read];
    }),
  );
}
