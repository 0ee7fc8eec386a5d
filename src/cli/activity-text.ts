import { type Activity, type ChangedMember } from '../administration/journal/activity.js';
import { type HeldRule } from '../protocol/error/held.error.js';
import { makePrintable } from './printable.js';
import { paint, printProperties, printTable, type Terminal } from './terminal.js';

type Colours = Pick<Terminal, 'colour'>;

/** An entry of the journal in a sentence: "Okta added 3 members to Finance". */
function sentenceOf(activity: Activity): string {
  const { outcome } = activity;
  if (outcome === 'refused') return `refused: ${describeRequest(activity)}${describeRefusal(activity)}`;
  if (outcome === 'ignored')
    return `ignored: part of ${describeRequest(activity)}${describeRefusal(activity)}`;
  if (outcome === 'unchanged') return `unchanged: ${describeRequest(activity)}`;
  return `${actorOf(activity)} ${describeChange(activity)}`;
}

/** An entry in a line: when, which, and what. */
export function lineOf(terminal: Colours, activity: Activity): string {
  const time = `${activity.at.slice(0, 19).replace('T', ' ')}Z`;
  const sentence = makePrintable(sentenceOf(activity));
  const colour = colourOf(activity);
  return `${time}  ${activity.id}  ${colour === undefined ? sentence : paint(terminal, sentence, colour)}`;
}

/** An entry with all that is known of it, and members that came or went by it. */
export function describeActivity(
  terminal: Terminal,
  activity: Activity,
  members: readonly ChangedMember[],
): string {
  const shown: Readonly<Record<string, string | number | null>> = {
    Id: activity.id,
    Time: activity.at,
    What: sentenceOf(activity),
    Operation: activity.operation,
    Outcome: activity.outcome,
    Status: activity.status,
    'SCIM type': activity.scimType,
    Credential:
      activity.credentialId === null ? null : `${activity.credentialName ?? ''} (${activity.credentialId})`,
    Client: activity.client,
    Surface: activity.surface,
    Request: activity.requestId,
    Trace: activity.traceId,
    Transaction: activity.txn,
    Resource: activity.resourceId === null ? null : `${activity.resourceType ?? ''} ${activity.resourceId}`,
    externalId: activity.externalId,
    Version: activity.version,
    Attributes: activity.attributes.join(', '),
    Duration: activity.durationMs === null ? null : `${activity.durationMs} ms`,
    ...detailRows(activity),
  };
  const known = Object.entries(shown).filter(([, value]) => value !== null && value !== '');
  const properties = Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
  const parts = [printProperties(terminal, properties)];
  if (members.length > 0) parts.push(listChangedMembers(terminal, members));
  const more = activity.added + activity.removed - members.length;
  if (more > 0) parts.push(`… and ${count(more, 'member')} more; --count and --cursor page through them.`);
  return parts.join('\n');
}

/**
 * Entries as a story, the oldest first: those that follow each other and say the same of several resources are one
 * line, "Okta created 24 users". That parts of requests were left out is told at the end, since it comes with changes that
 * are told already.
 */
export function tellStory(activities: readonly Activity[]): readonly string[] {
  const lines: string[] = [];
  const main = activities.filter(({ outcome }) => outcome !== 'ignored');
  for (let begin = 0; begin < main.length;) {
    const first = main[begin]!;
    let end = begin + 1;
    while (end < main.length && kindOf(main[end]!) === kindOf(first)) end += 1;
    lines.push(tellTogether(main.slice(begin, end)));
    begin = end;
  }
  const ignored = activities.filter(({ outcome }) => outcome === 'ignored').map(actorOf);
  for (const actor of new Set(ignored)) {
    const requests = count(ignored.filter((each) => each === actor).length, 'request');
    lines.push(`parts of ${requests} of ${actor} were ignored`);
  }
  return lines;
}

function tellTogether(activities: readonly Activity[]): string {
  const [first] = activities as readonly [Activity, ...Activity[]];
  if (activities.length === 1 || first.outcome !== 'done' || first.resourceType === null) {
    return `${sentenceOf(first)}${activities.length === 1 ? '' : ` (${activities.length} times)`}`;
  }
  const names = new Set(activities.map(({ resourceId }) => resourceId));
  const resources = count(names.size, first.resourceType === 'Group' ? 'group' : 'user');
  const sum = (key: 'added' | 'removed'): number =>
    activities.reduce((total, activity) => total + activity[key], 0);
  const members = describeMembers({ added: sum('added'), removed: sum('removed'), member: null }, resources);
  return `${actorOf(first)} ${members ?? `${verbOf(first)} ${resources}`}`;
}

/** The key of entries that are told together; an entry that is about no user or group has a key with its name. */
const kindOf = (activity: Activity): string => {
  const { operation, outcome, resourceType, credentialId, scimType, display } = activity;
  return JSON.stringify([operation, outcome, resourceType ?? display, credentialId, scimType]);
};

function describeChange(activity: Activity): string {
  const { operation, resourceType, attributes, added, removed } = activity;
  const resource = `${resourceType === null ? '' : `${resourceType.toLowerCase()} `}${nameOf(activity)}`;
  switch (operation) {
    case 'create':
      return `created ${resource}${added === 0 ? '' : ` with ${count(added, 'member')}`}`;
    case 'delete':
      return `deleted ${resource}${removed === 0 ? '' : `, which had ${count(removed, 'member')}`}`;
    case 'activate':
    case 'deactivate': {
      const others = attributes.filter((path) => path !== 'active');
      return `${verbOf(activity)} ${resource}${others.length === 0 ? '' : ` and changed ${others.join(', ')}`}`;
    }
    case 'restore': {
      const members = describeMembers(activity, 'it');
      return `restored ${resource}${members === undefined ? '' : `, and ${members}`}`;
    }
    case 'members':
      return describeMembers(activity, nameOf(activity)) ?? `changed the members of ${nameOf(activity)}`;
    case 'patch':
    case 'replace': {
      const members = describeMembers(activity, 'it');
      const paths = attributes.length === 0 ? resource : `${attributes.join(', ')} of ${resource}`;
      return `changed ${paths}${members === undefined ? '' : `, and ${members}`}`;
    }
    case 'settings':
      return `changed ${attributes.join(', ')} in the settings of ${nameOf(activity)}`;
    case 'credential.expiring':
      return `told that ${nameOf(activity)} ends soon`;
    case 'company.silent': {
      const { hours } = (activity.detail ?? {}) as { readonly hours?: number };
      return `told that ${nameOf(activity)} has sent no request for ${hours} hours`;
    }
    case 'guard.held':
      return `was to remove too much from ${nameOf(activity)}: ${describeRule(activity)}, so its removals are held`;
    case 'guard.warned':
      return `removed much, the last from ${resource}: ${describeRule(activity)}`;
    default:
      return describeCredential(activity) ?? `${verbOf(activity)} ${nameOf(activity)}`.trim();
  }
}

/** How much the guard of a company found to be too much. */
function describeRule({ detail }: Activity): string {
  const { kind, removed, of, windowMinutes } = (detail ?? {}) as Partial<HeldRule>;
  const what = kind === 'group' ? 'members of a group' : (kind ?? '');
  return `${removed?.toLocaleString('en')} of ${of?.toLocaleString('en')} ${what} within ${windowMinutes} minutes`;
}

function describeMembers(
  { added, removed, member }: Pick<Activity, 'added' | 'removed' | 'member'>,
  group: string,
): string | undefined {
  const who = (number: number): string =>
    number === 1 && member !== null ? (member.display ?? member.value) : count(number, 'member');
  const came = `added ${who(added)} to ${group}`;
  const went = `removed ${who(removed)} from ${group}`;
  if (added > 0 && removed > 0) return `${came} and removed ${count(removed, 'member')}`;
  if (added > 0) return came;
  return removed > 0 ? went : undefined;
}

function describeRequest(activity: Activity): string {
  const { operation, resourceType } = activity;
  const { path = '' } = detailOf(activity);
  return joined([actorOf(activity), operation, resourceType?.toLowerCase(), nameOf(activity), path], ' ');
}

/** The reason is only for those who may read the journal; the message is what the client was told. */
function describeRefusal(activity: Activity): string {
  const { message, concerns, reason, since, received } = detailOf(activity);
  const why =
    reason === undefined
      ? message
      : joined([reason, since && `since ${since}`, received && `received ${received}`], ' ');
  const facts = joined([activity.status, activity.scimType, why, concerns && `see ${concerns}`], ', ');
  return facts === '' ? '' : ` (${facts})`;
}

/** What was done to a credential, or undefined where it was something else: `issued the token "Okta"`. */
function describeCredential(activity: Activity): string | undefined {
  const { kind, message } = detailOf(activity);
  if (kind === undefined || !activity.operation.startsWith('credential.')) return undefined;
  const isIssued = activity.operation === 'credential.issued';
  const verb = (isIssued ? ISSUED[kind] : undefined) ?? verbOf(activity);
  const what = `${verb} ${KINDS[kind] ?? kind} ${JSON.stringify(nameOf(activity))}`;
  return message === undefined ? what : `${what}: ${message}`;
}

/** How `activity show` names what an entry knows besides its columns. What is not here is shown as JSON. */
const DETAILS = {
  reason: 'Reason',
  since: 'Since',
  received: 'Received',
  message: 'Message',
  concerns: 'Concerns',
  path: 'Path',
  request: 'Asked for',
  operations: 'Operations',
  ignored: 'Ignored',
  repeats: 'Repeats',
} as const;

type Details = Readonly<Partial<Record<keyof typeof DETAILS | 'kind', string>>>;

/** What an entry knows besides its columns, as text. */
const detailOf = ({ detail }: Activity): Details =>
  Object.fromEntries(
    Object.entries(detail ?? {}).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );

function detailRows(activity: Activity): Readonly<Record<string, string | null>> {
  const details = detailOf(activity);
  const known = Object.entries(DETAILS) as [keyof typeof DETAILS, string][];
  const others = Object.entries(activity.detail ?? {}).filter(([name]) => !(name in DETAILS));
  return {
    ...Object.fromEntries(known.map(([name, label]) => [label, details[name] ?? null])),
    Detail: others.length === 0 ? null : JSON.stringify(Object.fromEntries(others)),
  };
}

const joined = (parts: readonly (string | number | null | undefined)[], separator: string): string =>
  parts.filter((part) => part !== '' && part !== null && part !== undefined).join(separator);

const VERBS: Readonly<Record<string, string>> = {
  create: 'created',
  delete: 'deleted',
  activate: 'activated',
  deactivate: 'deactivated',
  patch: 'changed',
  replace: 'changed',
  restore: 'restored',
  erase: 'erased user',
  'company.created': 'created the company',
  'company.renamed': 'renamed the company to',
  'company.suspended': 'suspended the company',
  'company.resumed': 'resumed the company',
  'company.paused': 'paused the writes of',
  'company.unpaused': 'ended the pause of',
  'company.deleted': 'deleted the company',
  'company.restored': 'brought back the company',
  'company.exported': 'exported the company',
  'company.moved': 'moved here the company',
  'guard.released': 'released the held removals of',
  'guard.resumed': 'had the guard count again for',
  'webhook.created': 'made the webhook',
  'webhook.changed': 'changed the webhook',
  'webhook.enabled': 'enabled the webhook',
  'webhook.disabled': 'disabled the webhook',
  'webhook.deleted': 'deleted the webhook',
  'recording.started': 'began to record the requests of',
  'recording.stopped': 'stopped recording the requests of',
  'recording.erased': 'erased the recorded requests of',
  'credential.issued': 'issued the',
  'credential.changed': 'changed the',
  'credential.renewed': 'renewed the',
  'credential.revoked': 'revoked the',
};

/** What credentials are called in a sentence, where it is not what the journal calls them. */
const KINDS: Readonly<Record<string, string>> = {
  admin: 'admin credential',
  platform: 'platform credential',
  setupLink: 'set-up link',
};
/** The verbs of creation, where it is not `issued`. */
const ISSUED: Readonly<Record<string, string>> = {
  client: 'made the',
  issuer: 'registered the',
  setupLink: 'made the',
};

const verbOf = ({ operation }: Activity): string => VERBS[operation] ?? operation;

/** What the service does by itself. */
const ITS_OWN: ReadonlySet<string> = new Set(['credential.expiring', 'company.silent']);

const actorOf = ({ credentialName, client, operation }: Activity): string =>
  credentialName ?? client ?? (ITS_OWN.has(operation) ? 'Rollcall' : 'somebody');

const nameOf = ({ display, resourceId }: Activity): string => display ?? resourceId ?? '';

/** A number of things: `1 member`, `1,000 members`. */
const count = (number: number, thing: string): string =>
  `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;

function colourOf({ outcome, operation, added, removed }: Activity): 'green' | 'yellow' | 'red' | undefined {
  if (outcome === 'refused') return 'red';
  if (outcome === 'ignored' || removed > 0 || ['delete', 'deactivate'].includes(operation)) return 'yellow';
  return outcome === 'done' && (added > 0 || ['create', 'activate', 'restore'].includes(operation))
    ? 'green'
    : undefined;
}

const listChangedMembers = (terminal: Terminal, members: readonly ChangedMember[]): string =>
  printTable(
    terminal,
    ['Change', 'Type', 'Name', 'Id'],
    members.map(({ change, type, display, value }) => [
      { text: change, colour: change === 'added' ? 'green' : 'yellow' },
      type,
      display ?? '',
      value,
    ]),
  );
