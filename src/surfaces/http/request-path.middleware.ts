import { type NextFunction, type Request, type Response } from 'express';

/**
 * A path with a broken percent-encoding names no resource, but the router would refuse it before the guards see
 * it. Escaping its percent signs makes it an ordinary unknown path.
 */
export function escapeBrokenPath(request: Request, _response: Response, next: NextFunction): void {
  const [path = '', query] = splitOnce(request.url, '?');
  try {
    decodeURIComponent(path);
  } catch {
    request.url = path.replaceAll('%', '%25') + (query === undefined ? '' : `?${query}`);
  }
  next();
}

/**
 * A base URL with a slash at its end makes `//Users` of `/Users`, and a template without its id `/Users//`. Empty
 * segments name nothing and are dropped before the router sees them.
 */
export function dropEmptySegments(request: Request, _response: Response, next: NextFunction): void {
  const [path = '', query] = splitOnce(request.url, '?');
  // A proxy's form of a URL, `http://host/Users`, begins with no slash.
  if (path.startsWith('/')) {
    request.url = path.replace(/\/{2,}/g, '/') + (query === undefined ? '' : `?${query}`);
  }
  next();
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
