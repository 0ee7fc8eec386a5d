import { type JsonObject } from '../../protocol/json.js';

/** RFC 7643 §5: the features that a server has, and their limits, so that clients use no others. */
export interface ServiceProviderFeatures {
  readonly bulk: boolean;
  readonly sort: boolean;
  readonly maxOperations: number;
  /** Bytes. */
  readonly maxPayloadSize: number;
  /** The most resources that one page holds. */
  readonly maxResults: number;
  /** Present where lists can be paged by cursor (RFC 9865 §4). */
  readonly pagination?: {
    readonly defaultPageSize: number;
    /** Seconds. */
    readonly cursorTimeout: number;
  };
  /** Whether OAuth clients may find out by themselves where they get tokens for it (RFC 6749 §4.4, RFC 9728). */
  readonly clientCredentials?: boolean;
  /** URL of a description for people; absent where none is served. */
  readonly documentationUri?: string;
}

const CLIENT_CREDENTIALS = {
  type: 'oauth2',
  name: 'OAuth 2.0 client credentials',
  description:
    'A client exchanges its secret or a signed assertion at /oauth/token for a bearer token of one hour (RFC 6749 §4.4).',
  specUri: 'https://www.rfc-editor.org/info/rfc6749',
};

/** The ServiceProviderConfig document without its `meta.location`. */
export function describeServiceProvider(features: ServiceProviderFeatures): JsonObject {
  const { bulk, sort, maxOperations, maxPayloadSize, maxResults, pagination, documentationUri } = features;
  const { clientCredentials = false } = features;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: true },
    bulk: { supported: bulk, maxOperations, maxPayloadSize },
    filter: { supported: true, maxResults },
    changePassword: { supported: false },
    sort: { supported: sort },
    etag: { supported: true },
    ...(pagination
      ? {
          pagination: {
            cursor: true,
            index: true,
            defaultPaginationMethod: 'index',
            maxPageSize: maxResults,
            ...pagination,
          },
        }
      : {}),
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token issued for one company, sent as Authorization: Bearer <token> (RFC 6750).',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      ...(clientCredentials ? [CLIENT_CREDENTIALS] : []),
    ],
  };
}
