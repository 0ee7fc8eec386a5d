/** The authentication schemes that a route accepts besides Bearer. */
export interface AcceptedSchemes {
  /** Whether a token may be sent as the password of HTTP Basic. */
  readonly basic: boolean;
}

/**
 * The value of an Authorization header with the scheme Bearer. Where Basic is accepted, the password becomes the
 * token and the user name is dropped; a value of Basic without a colon gives undefined. Any other value only has its
 * blanks normalized.
 */
export function asBearer(authorization: string | undefined, { basic }: AcceptedSchemes): string | undefined {
  const normal = normalizeBlanks(authorization);
  if (!basic || normal === undefined || !BASIC.test(normal)) return normal;
  const password = passwordOf(normal);
  return password === undefined ? undefined : `Bearer ${password}`;
}

/** The token in an Authorization header; undefined where there is none, or something else. */
export function bearerToken(authorization: string | undefined, schemes: AcceptedSchemes): string | undefined {
  return /^Bearer ([^ ]+)$/i.exec(asBearer(authorization, schemes) ?? '')?.[1];
}

const BASIC = /^Basic ([A-Za-z0-9+/]+=*)$/i;

/** The value without blanks at its ends, and with one blank between words. */
export function normalizeBlanks(authorization: string | undefined): string | undefined {
  return authorization?.trim().replace(/\s+/g, ' ');
}

/** What stands in a value of the scheme Basic (RFC 7617 §2). */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** User name and password in a value of the scheme Basic; undefined where the value is malformed. */
export function basicCredentials(normal: string): BasicCredentials | undefined {
  const [, encoded = ''] = BASIC.exec(normal) ?? [];
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return user === undefined || password === undefined ? undefined : { user, password };
}

/** The password in a value of the scheme Basic; undefined where the value is malformed. */
export const passwordOf = (normal: string): string | undefined => basicCredentials(normal)?.password;

/**
 * The values of `WWW-Authenticate` for a request without a valid token, one for each scheme. RFC 6750 §3: a challenge
 * has the error `invalid_token` if a token was sent, and no error if none was. RFC 7617 §2 defines the challenge of
 * Basic, with a realm and a charset, RFC 9728 §5.1 the parameter that leads to the metadata of what was asked for.
 */
export function challenges(
  authorization: string | undefined,
  { basic }: AcceptedSchemes,
  resourceMetadata?: string,
): string[] {
  const sent = asBearer(authorization, { basic });
  const error = sent !== undefined && /^Bearer ./i.test(sent) ? ', error="invalid_token"' : '';
  const metadata = resourceMetadata === undefined ? '' : `, resource_metadata="${resourceMetadata}"`;
  const bearer = `Bearer realm="Rollcall"${error}${metadata}`;
  return basic ? [bearer, 'Basic realm="Rollcall", charset="UTF-8"'] : [bearer];
}
