import { type Request } from 'express';
import { originOf } from '../config/origin.js';
import { type Settings } from '../config/settings.js';

/**
 * The issuer that this server is (RFC 8414 §2), without a slash at the end: `PUBLIC_URL`, or the address that a start
 * prints. What a request says in `Host` never counts, since clients compare it character for character.
 */
export const serverIssuer = (
  { socket }: Pick<Request, 'socket'>,
  settings: Pick<Settings, 'publicUrl' | 'host' | 'port'>,
): string => originOf(settings, socket.localPort ?? settings.port);
