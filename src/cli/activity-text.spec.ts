import { type Activity } from '../administration/journal/activity.js';
import { tellStory } from './activity-text.js';

const entry = (of: Partial<Activity>): Activity => ({
  ...{ id: '055915c25a800064', at: '2026-03-02T08:14:05.120Z', txn: 't', outcome: 'done' },
  ...{
    credentialId: null,
    credentialName: null,
    client: null,
    surface: null,
    requestId: null,
    traceId: null,
  },
  ...{ operation: 'create', status: null, scimType: null, resourceType: null, resourceId: null },
  ...{ externalId: null, display: null, version: null, attributes: [], added: 0, removed: 0 },
  ...{ durationMs: null, detail: null, member: null },
  ...of,
});

const created = (resourceId: string): Activity =>
  entry({ credentialName: 'Okta', credentialId: '1', resourceType: 'User', resourceId, display: resourceId });
const expiring = (display: string): Activity => entry({ operation: 'credential.expiring', display });

it('tells together what is done to several resources, and by name what is about none', () => {
  const story = [created('a'), created('b'), expiring('Okta'), expiring('Okta'), expiring('Entra ID')];
  expect(tellStory(story)).toEqual([
    'Okta created 2 users',
    'Rollcall told that Okta ends soon (2 times)',
    'Rollcall told that Entra ID ends soon',
  ]);
});
