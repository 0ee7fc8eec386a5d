import { parseDatabaseUrl, type DatabaseUrl } from '../../config/database-url.js';

/** The servers that a URL names; what was never read as a setting is taken as it is. */
export const serversOf = (url: string): DatabaseUrl =>
  parseDatabaseUrl(url) ?? { servers: [url], needsPrimary: false };
