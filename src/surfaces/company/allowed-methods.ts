/** Groups are one endpoint in the documented API, with and without an id; PUT is switched off there. */
const GROUPS = ['GET', 'POST', 'PATCH', 'DELETE'];

const ALLOWED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/(Users|Groups)\/\.search$/, ['POST']],
  [/^\/Groups(\/[^/]+)?$/, GROUPS],
  [/^\/Users$/, ['GET', 'POST']],
  [/^\/Users\/[^/]+$/, ['GET', 'PUT', 'PATCH', 'DELETE']],
  [/^\/(ServiceProviderConfig|(ResourceTypes|Schemas)(\/[^/]+)?)$/, ['GET']],
];

/** The methods of the endpoint at a path behind the mount; undefined where there is no endpoint. */
export function allowedMethods(path: string): readonly string[] | undefined {
  const whole = path.replace(/\/+$/, '');
  return ALLOWED.find(([pattern]) => pattern.test(whole))?.[1];
}
