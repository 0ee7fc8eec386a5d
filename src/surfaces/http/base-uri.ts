import { type Request } from 'express';
import { type Settings } from '../../config/settings.js';

const HOST = /^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i;
/** A path, with the slashes at its end that do not count. */
const PREFIX = /^((?:\/[\w.~-]+)+)\/*$/;

/**
 * The URI in front of a surface's mount, without a trailing slash: `PUBLIC_URL`, else what the request was sent to.
 * `X-Forwarded-Proto`, `-Host` and `-Prefix` count only with `TRUST_PROXY`.
 */
export function publicBaseUri(
  request: Request,
  settings: Pick<Settings, 'publicUrl' | 'trustProxy'>,
): string {
  if (settings.publicUrl !== undefined) return settings.publicUrl;
  const forwarded = (name: string): string | undefined =>
    settings.trustProxy ? request.get(`x-forwarded-${name}`)?.split(',')[0]?.trim() : undefined;
  const proto = forwarded('proto')?.toLowerCase();
  const protocol = proto === 'http' || proto === 'https' ? proto : request.protocol;
  const host = [forwarded('host'), request.get('host')].find(
    // No URL has a port such as 99999, or an address such as 999.1.1.1.
    (candidate) => candidate && HOST.test(candidate) && URL.canParse(`${protocol}://${candidate}`),
  );
  const [, prefix = ''] = PREFIX.exec(forwarded('prefix') ?? '') ?? [];
  return `${protocol}://${host ?? 'localhost'}${prefix}`;
}
