import { type Request, type Response } from 'express';

export type ReturnPreference = 'minimal' | 'representation';

/** How much of a written resource a request prefers to see (RFC 7240 §4.2). The first of several counts (§2). */
function readReturnPreference(request: Request): ReturnPreference | undefined {
  for (const preference of (request.get('prefer') ?? '').split(',')) {
    const [name = '', value = ''] = (preference.split(';', 1)[0] ?? '').split('=').map((part) => part.trim());
    if (name.toLowerCase() !== 'return') continue;
    const wanted = value.replace(/^"(.*)"$/, '$1').toLowerCase();
    return wanted === 'minimal' || wanted === 'representation' ? wanted : undefined;
  }
  return undefined;
}

/**
 * What the answer to a write holds: what the request prefers, else the surface's habit. A projection asks for the
 * resource, whatever is preferred (RFC 7644 §3.5.2). `Preference-Applied` says so where a preference was met.
 */
export function applyReturnPreference(
  request: Request,
  response: Response,
  habit: ReturnPreference,
): ReturnPreference {
  const { attributes, excludedAttributes } = request.query;
  const preferred = readReturnPreference(request);
  const projected = attributes !== undefined || excludedAttributes !== undefined;
  const settled = projected ? 'representation' : (preferred ?? habit);
  if (settled === preferred) response.setHeader('Preference-Applied', `return=${settled}`);
  return settled;
}
