/** How a request brings its token. */
export interface AcceptedSchemes {
  /** Whether the password of HTTP Basic is read as one. */
  readonly basic: boolean;
}

/** The header's bearer form: a token that came as a password stands where a bearer token would. */
export function asBearer(authorization: string | undefined, { basic }: AcceptedSchemes): string | undefined {
  const normal = authorization?.trim().replace(/\s+/g, ' ');
  if (!basic || normal === undefined) return normal;
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(normal) ?? [];
  if (encoded === undefined) return normal;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return password === undefined ? undefined : `Bearer ${password}`;
}

/** The answer to a request without a good token (RFC 6750 §3, RFC 7617 §2): one challenge a scheme. */
export function challenges(authorization: string | undefined, { basic }: AcceptedSchemes): string[] {
  const sent = asBearer(authorization, { basic });
  const error = sent !== undefined && /^Bearer ./i.test(sent) ? ', error="invalid_token"' : '';
  const bearer = `Bearer realm="Rollcall"${error}`;
  return basic ? [bearer, 'Basic realm="Rollcall", charset="UTF-8"'] : [bearer];
}
