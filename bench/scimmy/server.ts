import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { type Loaded } from '../run/data.js';

/** SCIMMY as its documentation says, with users and groups in maps: nothing is kept, and nobody is asked who he is. */
const SCIM_BASE = '/standard/scim/v2';
const { PORT = '0', DATA = '' } = process.env;

/** A resource as it is kept. */
type Kept = Record<string, unknown> & { readonly id: string };

function keep(loaded: readonly Loaded[]): Map<string, Kept> {
  const meta = { created: new Date(), lastModified: new Date() };
  return new Map(loaded.map(({ id, resource }) => [id, { ...resource, id, meta }]));
}

/** Declares how resources of a type are kept in a map. */
function serve(type: typeof SCIMMY.Resources.User, kept: Map<string, Kept>): void {
  type.egress((resource) => {
    if (resource.id !== undefined) return kept.get(resource.id) as never;
    const all = [...kept.values()];
    return (resource.filter ? resource.filter.match(all) : all) as never;
  });
  type.ingress((resource, instance) => {
    const id = resource.id ?? randomUUID();
    const created = (kept.get(id)?.['meta'] as { created?: Date } | undefined)?.created ?? new Date();
    const stored = { ...instance, id, meta: { created, lastModified: new Date() } } as unknown as Kept;
    kept.set(id, stored);
    return stored as never;
  });
  type.degress((resource) => void kept.delete(resource.id ?? ''));
}

const data = JSON.parse(readFileSync(DATA, 'utf8')) as Record<'users' | 'groups', readonly Loaded[]>;
SCIMMY.Config.set({ bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 16 * 1024 * 1024 } });
SCIMMY.Resources.declare(SCIMMY.Resources.User).extend(SCIMMY.Schemas.EnterpriseUser, false);
SCIMMY.Resources.declare(SCIMMY.Resources.Group);
serve(SCIMMY.Resources.User, keep(data.users));
// Its handlers are the same.
serve(SCIMMY.Resources.Group as unknown as typeof SCIMMY.Resources.User, keep(data.groups));

const application = express();
// SCIMMY takes no numbers that are texts, and would answer with pages of 20.
application.set('query parser', (text: string) => {
  const { count, ...others } = Object.fromEntries(new URLSearchParams(text));
  return { ...others, ...(count !== undefined && { count: Number(count) }) };
});
application.get('/ready', (_, response) => void response.end());
application.use(SCIM_BASE, new SCIMMYRouters({ type: 'bearer', handler: () => 'bench' }));
const server = application.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
});
