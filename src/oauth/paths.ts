/** Where clients get access tokens, and where what they need to know of it stands; paths from the server's origin. */
export const TOKEN_PATH = '/oauth/token';

/** RFC 8414 §3: the path of an authorization server's metadata. */
export const SERVER_METADATA = '/.well-known/oauth-authorization-server';

/** RFC 9728 §3: what stands in front of a resource's own path in that of its metadata. */
export const RESOURCE_METADATA = '/.well-known/oauth-protected-resource';
