import { type NextFunction, type Request, type Response } from 'express';
import { type ObservedRequest } from '../../access/authenticated-request.js';

/**
 * Notes to which interface beside the surfaces a path belongs, so that log, journal and metrics name it whatever becomes of
 * the request.
 *
 * @param mounts paths without slashes at their ends, and the names of what stands below them
 */
export function nameInterfaces(mounts: Readonly<Record<string, string>>) {
  const prefixes = Object.entries(mounts).map(([mount, name]) => [`/${mount}/`, name] as const);
  return (received: Request, _response: Response, next: NextFunction): void => {
    const path = `${received.path.toLowerCase()}/`;
    const found = prefixes.find(([prefix]) => path.startsWith(prefix));
    if (found) (received as ObservedRequest).facts.surface = found[1];
    next();
  };
}
