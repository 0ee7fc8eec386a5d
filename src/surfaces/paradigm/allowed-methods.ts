/** Groups are one endpoint in the documented API, with and without an id; PUT is switched off there. */
const GROUPS = ['GET', 'POST', 'PATCH', 'DELETE'];

/** Without regard to case, as the router matches. */
const ALLOWED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/(Users|Groups)\/\.search$/i, ['POST']],
  [/^\/Groups(\/[^/]+)?$/i, GROUPS],
  [/^\/Users$/i, ['GET', 'POST']],
  [/^\/Users\/[^/]+$/i, ['GET', 'PUT', 'PATCH', 'DELETE']],
  [/^\/(ServiceProviderConfig|(ResourceTypes|Schemas)(\/[^/]+)?)$/i, ['GET']],
];

/** The methods of the endpoint at a path behind the mount; undefined where there is no endpoint. */
export function allowedMethods(path: string): readonly string[] | undefined {
  const whole = path.replace(/\/+$/i, '');
  return ALLOWED.find(([pattern]) => pattern.test(whole))?.[1];
}
