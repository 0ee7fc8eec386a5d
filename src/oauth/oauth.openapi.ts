import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiParam,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  ApiSchema,
  ApiTags,
} from '@nestjs/swagger';
import { tooManyFailures } from '../access/authentication-failures.js';
import { bodyTooSlow } from '../surfaces/http/read-bytes.js';
import { EXAMPLE_BODY_TIMEOUT_MS, EXAMPLE_ORIGIN } from '../surfaces/openapi/examples.openapi.js';
import { ref } from '../surfaces/openapi/schema.openapi.js';
import { STANDARD_SURFACE } from '../surfaces/standard/standard.surface.js';
import { describeResource, describeServer } from './metadata.js';
import { ClientNotAuthenticatedError, formTooLarge, type OauthError, toOauthError } from './oauth.error.js';
import { JWT_BEARER, readTokenRequest } from './token-request.js';

/** The name of HTTP Basic among the document's security schemes. */
export const CLIENT_BASIC = 'clientBasic';

@ApiSchema({ description: 'A request for a token by the client’s own authority (RFC 6749 §4.4.2).' })
class TokenRequestForm {
  @ApiProperty({ enum: ['client_credentials'], description: 'The one grant there is.' })
  readonly grant_type!: string;

  @ApiPropertyOptional({
    type: String,
    description:
      'scim, scim.read, scim.write, scim:read or scim:write, with blanks between them. Other words mean nothing; without a known one the token is good for all that the client may.',
  })
  readonly scope?: string;

  @ApiPropertyOptional({ type: String, description: 'The client’s id, unless it is sent by Basic.' })
  readonly client_id?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'One of the client’s secrets, unless it is sent by Basic.',
  })
  readonly client_secret?: string;

  @ApiPropertyOptional({ enum: [JWT_BEARER], description: 'Beside client_assertion (RFC 7523 §2.2).' })
  readonly client_assertion_type?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'A JWT that stands for the client, instead of a secret.',
  })
  readonly client_assertion?: string;
}

@ApiSchema({ description: 'A token (RFC 6749 §5.1).' })
class TokenAnswer {
  @ApiProperty({ description: 'Sent as Authorization: Bearer …' })
  readonly access_token!: string;

  @ApiProperty({ enum: ['Bearer'] })
  readonly token_type!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds for which it is valid.' })
  readonly expires_in!: number;

  @ApiProperty({ description: 'What it is good for.' })
  readonly scope!: string;
}

@ApiSchema({ description: 'Why there is no token (RFC 6749 §5.2).' })
class TokenError {
  @ApiProperty({
    enum: [
      'invalid_request',
      'invalid_client',
      'unauthorized_client',
      'unsupported_grant_type',
      'invalid_scope',
      'temporarily_unavailable',
      'server_error',
    ],
  })
  readonly error!: string;

  @ApiProperty({ description: 'What was wrong, and what would be right.' })
  readonly error_description!: string;
}

@ApiSchema({ description: 'What a client can find out about this server (RFC 8414 §2).' })
class AuthorizationServerMetadata {
  @ApiProperty()
  readonly issuer!: string;

  @ApiProperty()
  readonly token_endpoint!: string;

  @ApiProperty({
    type: [String],
    description: 'private_key_jwt is among them where there are clients with keys of their own.',
  })
  readonly token_endpoint_auth_methods_supported!: readonly string[];

  @ApiPropertyOptional({ type: [String] })
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[];

  @ApiProperty({ type: [String] })
  readonly grant_types_supported!: readonly string[];

  @ApiProperty({ type: [String], description: 'None: there is no authorization endpoint.' })
  readonly response_types_supported!: readonly string[];

  @ApiProperty({ type: [String] })
  readonly scopes_supported!: readonly string[];

  @ApiPropertyOptional({ type: String })
  readonly service_documentation?: string;
}

@ApiSchema({ description: 'What a client can find out about what tokens open (RFC 9728 §2).' })
class ProtectedResourceMetadata {
  @ApiProperty({ description: 'The SCIM base URL.' })
  readonly resource!: string;

  @ApiProperty({ type: [String] })
  readonly authorization_servers!: readonly string[];

  @ApiProperty({ type: [String] })
  readonly scopes_supported!: readonly string[];

  @ApiProperty({ type: [String] })
  readonly bearer_methods_supported!: readonly string[];

  @ApiProperty()
  readonly resource_name!: string;

  @ApiPropertyOptional({ type: String })
  readonly resource_documentation?: string;
}

/** The messages of the document. */
export const OAUTH_MESSAGES = [
  TokenRequestForm,
  TokenAnswer,
  TokenError,
  AuthorizationServerMetadata,
  ProtectedResourceMetadata,
];

const EXAMPLE_CLIENT = { client_id: 'client_Mq1v3mLkT0yC7uWn2xRb9Q' };
const GRANT = { grant_type: 'client_credentials' };

const REQUESTS = {
  byBasic: { summary: 'By Basic', value: { ...GRANT, scope: 'scim' } },
  secretInForm: { summary: 'Secret in the form', value: { ...GRANT, ...EXAMPLE_CLIENT, client_secret: '…' } },
  assertion: {
    summary: 'Assertion',
    value: { ...GRANT, ...EXAMPLE_CLIENT, client_assertion_type: JWT_BEARER, client_assertion: '…' },
  },
};

const ANSWER: TokenAnswer = {
  access_token: 'rollcall_…',
  token_type: 'Bearer',
  expires_in: 3600,
  scope: 'scim:read scim:write',
};

const documented = (
  schema: { readonly name: string },
  examples: Readonly<Record<string, unknown>>,
): object => ({
  content: {
    'application/json': {
      schema: ref(schema.name),
      examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
    },
  },
});

const refusals = (errors: Readonly<Record<string, OauthError>>): object =>
  documented(
    TokenError,
    Object.fromEntries(
      Object.entries(errors).map(([name, { code, description }]) => [
        name,
        { error: code, error_description: description },
      ]),
    ),
  );

/** What a request is refused with. */
function refusalOf(fields: Readonly<Record<string, string>>): OauthError {
  try {
    readTokenRequest(
      Object.entries(fields).map(([name, value]) => ({ name, value })),
      undefined,
    );
  } catch (error) {
    return error as OauthError;
  }
  throw new Error('the example is not refused');
}

/** Documents the token endpoint, or that of one company. */
export const documentedToken = (company?: 'company'): MethodDecorator =>
  applyDecorators(
    ApiTags('Tokens'),
    ApiOperation({
      operationId: company ? 'issueCompanyToken' : 'issueToken',
      summary: company ? 'Issue a token to a client of this company' : 'Issue a token',
      description:
        'A client shows a secret, by Basic or in the form, or a signed assertion (RFC 6749 §4.4, RFC 7523), and gets a token of one hour.',
      security: [{ [CLIENT_BASIC]: [] }, {}],
    }),
    ...(company
      ? [ApiParam({ name: 'company', description: 'Slug or id of the company.', example: 'acme' })]
      : []),
    ApiConsumes('application/x-www-form-urlencoded'),
    ApiBody({ required: true, schema: ref(TokenRequestForm.name), examples: REQUESTS }),
    ApiResponse({ status: 200, description: 'The token.', ...documented(TokenAnswer, { token: ANSWER }) }),
    ApiResponse({
      status: 400,
      description: 'The request is malformed, or the client may not have what it asks for.',
      ...refusals({
        wrongGrant: refusalOf({ grant_type: 'password' }),
        twoMethods: refusalOf({ ...GRANT, client_secret: 's', client_assertion: 'a' }),
      }),
    }),
    ApiResponse({
      status: 401,
      description: 'The client is not authenticated.',
      headers: { 'WWW-Authenticate': { description: 'Basic', schema: { type: 'string' } } },
      ...refusals({
        notAuthenticated: new ClientNotAuthenticatedError({ reason: '' }),
        none: refusalOf(GRANT),
      }),
    }),
    ApiResponse({
      status: 408,
      description: 'The form did not arrive in time.',
      ...refusals({ tooSlow: toOauthError(bodyTooSlow({ timeout: EXAMPLE_BODY_TIMEOUT_MS })) }),
    }),
    ApiResponse({
      status: 413,
      description: 'The form is over 16 KiB, or has more than 50 fields.',
      ...refusals({
        tooLarge: formTooLarge(16_384, 50),
      }),
    }),
    ApiResponse({
      status: 429,
      description: 'Too many requests without valid credentials came from this address.',
      headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
      ...refusals({ tooManyFailures: toOauthError(tooManyFailures(300, 30)) }),
    }),
  );

export const documentedServerMetadata = applyDecorators(
  ApiTags('Discovery'),
  ApiOperation({
    operationId: 'getAuthorizationServerMetadata',
    summary: 'Where clients get tokens',
    description: 'The metadata of the authorization server (RFC 8414).',
    security: [],
  }),
  ApiResponse({
    status: 200,
    description: 'The document.',
    ...documented(AuthorizationServerMetadata, {
      document: describeServer(EXAMPLE_ORIGIN, false, { docs: true }),
    }),
  }),
);

export const documentedResourceMetadata = applyDecorators(
  ApiTags('Discovery'),
  ApiOperation({
    operationId: 'getProtectedResourceMetadata',
    summary: 'What tokens open',
    description: 'The metadata of the standard surface as a protected resource (RFC 9728).',
    security: [],
  }),
  ApiResponse({
    status: 200,
    description: 'The document.',
    ...documented(ProtectedResourceMetadata, {
      document: describeResource(EXAMPLE_ORIGIN, STANDARD_SURFACE.mount, { docs: true }),
    }),
  }),
);
