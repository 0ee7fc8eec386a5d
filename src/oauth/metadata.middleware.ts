import { type NextFunction, type Request, type Response } from 'express';
import { type Settings } from '../config/settings.js';
import { type DirectedRequest } from '../surfaces/http/destination.middleware.js';
import { STANDARD_SURFACE } from '../surfaces/standard/standard.surface.js';
import { resourceMetadataUrl } from './metadata.js';
import { serverIssuer } from './server-issuer.js';

const WELL_KNOWN = /^(\/\.well-known\/(?:oauth-[a-z-]+|authzen-configuration))(\/.*)?$/;

/**
 * Removes the path of `PUBLIC_URL` from the address of metadata, where it comes after the well-known part (RFC 8414 §3.1,
 * RFC 9728 §3.1, AuthZEN 1.0 §9.2): `/.well-known/oauth-authorization-server/rollcall`. Elsewhere the path comes first, and the
 * proxy removes it.
 */
export function findMetadata({ publicUrl }: Pick<Settings, 'publicUrl'>) {
  const path = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  return (request: Request, _response: Response, next: NextFunction): void => {
    const [, wellKnown, rest = ''] = WELL_KNOWN.exec(request.path) ?? [];
    if (wellKnown !== undefined && path !== '' && (rest === path || rest.startsWith(`${path}/`))) {
      request.url = wellKnown + rest.slice(path.length);
    }
    next();
  };
}

/** Gives requests to the standard surface, the only one with metadata, the URL that a 401 names. */
export function nameMetadata(settings: Pick<Settings, 'publicUrl' | 'host' | 'port'>) {
  return (received: Request, _response: Response, next: NextFunction): void => {
    const request = received as DirectedRequest;
    if (request.destination?.surface === STANDARD_SURFACE) {
      request.resourceMetadata = () =>
        resourceMetadataUrl(serverIssuer(request, settings), STANDARD_SURFACE.mount);
    }
    next();
  };
}
