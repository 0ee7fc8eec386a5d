const policy = (...allowed: readonly string[]): string =>
  ["default-src 'none'", ...allowed, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join(
    '; ',
  );

/** The Content-Security-Policy of a page that loads its stylesheet and its pictures. No other page may show it in a frame. */
export const PAGE_POLICY = policy("style-src 'self'", "img-src 'self'");

/** That of a page that also runs scripts of this server, which call this server, and has pictures in its styles. */
export const SCRIPT_PAGE_POLICY = policy(
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
);
