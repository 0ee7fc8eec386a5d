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
  const normal = authorization?.trim().replace(/\s+/g, ' ');
  if (!basic || normal === undefined) return normal;
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(normal) ?? [];
  if (encoded === undefined) return normal;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return password === undefined ? undefined : `Bearer ${password}`;
}

/**
 * The values of `WWW-Authenticate` for a request without a valid token, one for each scheme. RFC 6750 §3: a challenge
 * has the error `invalid_token` if a token was sent, and no error if none was. RFC 7617 §2 defines the challenge of
 * Basic, with a realm and a charset.
 */
export function challenges(authorization: string | undefined, { basic }: AcceptedSchemes): string[] {
  const sent = asBearer(authorization, { basic });
  const error = sent !== undefined && /^Bearer ./i.test(sent) ? ', error="invalid_token"' : '';
  const bearer = `Bearer realm="Rollcall"${error}`;
  return basic ? [bearer, 'Basic realm="Rollcall", charset="UTF-8"'] : [bearer];
}
