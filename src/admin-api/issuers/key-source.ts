import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { hostOf, isLoopback } from '../../access/url-host.js';
import { type Settings } from '../../config/settings.js';
import { type Administrator } from '../access/administrator.js';
import { nullableText } from '../http/nullable-text.js';
import { Problem } from '../http/problem.js';
import { IsText, MayBeLeftOut } from '../http/values.js';

const LONGEST_URL = 2048;

/** The URL of a JSON Web Key Set, or its text. */
export type Keys = { readonly url: string } | { readonly text: string };

const OWN_HOST = 'Keys that this computer publishes are registered on the command line, or sent as jwks.';

const UNREADABLE = { hostname: '', port: '', protocol: '' };

/** Says for documents from where keys may be fetched. */
export const KEY_HOSTS =
  'A company administrator may have keys fetched from the hosts of ADMIN_JWKS_HOSTS alone, or send them as jwks.';

/** The property `jwksUrl` of what is shown. */
export const JwksUrl = (): PropertyDecorator =>
  ApiProperty(
    nullableText('Where the keys are fetched; null where they are kept here.', 'https://idp.example/keys'),
  );

/** The property `keyIds` of what is shown. */
export const KeyIds = (): PropertyDecorator =>
  ApiProperty({
    type: [String],
    nullable: true,
    example: null,
    description: 'Ids of keys that are kept here.',
  });

/** Where the public keys of somebody who signs come from. */
export class KeySource {
  @ApiPropertyOptional({
    example: 'https://idp.example/keys',
    description: 'Where the keys are published; either this or jwks.',
  })
  @MayBeLeftOut()
  @IsText(LONGEST_URL)
  jwksUrl?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The public keys as a JSON Web Key Set (RFC 7517 §5); either this or jwksUrl.',
  })
  @MayBeLeftOut()
  @IsObject({ message: 'jwks is a JSON Web Key Set: an object with an array "keys"' })
  jwks?: Record<string, unknown>;
}

/** @throws Problem 400 unless there is one source of keys */
export function keysOf({ jwksUrl, jwks }: KeySource): Keys {
  if (jwksUrl !== undefined && jwks === undefined) return { url: jwksUrl };
  if (jwks !== undefined && jwksUrl === undefined) return { text: JSON.stringify(jwks) };
  throw new Problem(400, 'Keys are either fetched or kept here: send jwksUrl or jwks.', [
    { pointer: '#/jwksUrl', detail: 'one of jwksUrl and jwks' },
  ]);
}

/**
 * Nobody but an operator makes the server call hosts that the operator has not allowed, and nobody this computer: an URL
 * without encryption, which is one of a loopback host, is for the command line.
 *
 * @param pointer to what has named the URL
 * @throws Problem 403
 */
export function requireAllowedHost(
  keys: Keys,
  { roles }: Administrator,
  { adminJwksHosts }: Settings,
  pointer = '#/jwksUrl',
): void {
  if (!('url' in keys)) return;
  const url = URL.canParse(keys.url) ? new URL(keys.url) : UNREADABLE;
  const host = hostOf(url);
  if (roles.includes('operator') && !(url.protocol === 'http:' && isLoopback(host))) return;
  if (url.port === '' && adminJwksHosts.includes(host)) return;
  throw new Problem(403, roles.includes('operator') ? OWN_HOST : KEY_HOSTS, [
    { pointer, detail: 'the host is none of ADMIN_JWKS_HOSTS' },
  ]);
}
