import { counted } from '../ui/times.js';
import { detailOf, type Entry } from './entry.js';

/** What somebody did, in words; the names in it lead further. */
export interface Sentence {
  readonly actor: string;
  /** `added 3 members to`, or what was tried in vain: `could not create the user`. */
  readonly verb: string;
  readonly object: string;
  /** What follows the name: `, and added 2 members to it`. */
  readonly rest: string;
}

const VERBS: Readonly<Record<string, string>> = {
  create: 'created',
  delete: 'deleted',
  activate: 'activated',
  deactivate: 'deactivated',
  patch: 'changed',
  replace: 'changed',
  members: 'changed the members of',
  restore: 'brought back',
  erase: 'erased',
  settings: 'changed the settings of',
  'company.created': 'created the company',
  'company.renamed': 'renamed the company to',
  'company.suspended': 'suspended the company',
  'company.resumed': 'resumed the company',
  'company.paused': 'paused the writes of',
  'company.unpaused': 'ended the pause of',
  'company.deleted': 'deleted the company',
  'company.restored': 'brought back the company',
  'company.exported': 'exported the company',
  'company.silent': 'told of the silence of',
  'guard.held': 'was stopped from removing too much from',
  'guard.warned': 'removed much, the last from',
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
  'credential.issued': 'issued the credential',
  'credential.changed': 'changed the credential',
  'credential.renewed': 'renewed the credential',
  'credential.revoked': 'revoked the credential',
  'credential.expiring': 'warned that the credential',
};

/** What is issued, changed and revoked. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  token: 'token',
  client: 'OAuth client',
  issuer: 'issuer of signed tokens',
  setupLink: 'set-up link',
};

/** What is not issued. */
const MADE: Readonly<Record<string, string>> = {
  client: 'made the credential',
  issuer: 'added the credential',
  setupLink: 'made the credential',
};

/** What nobody has done but the service. */
const ITS_OWN: ReadonlySet<string> = new Set(['credential.expiring', 'company.silent']);

/** What follows the name, where the verb leaves something to be said. */
const RESTS: Readonly<Record<string, string>> = { 'credential.expiring': ' ends soon' };

/** Who acts without a credential, by the id that stands in its place. */
const LOCAL: Readonly<Record<string, string>> = { 'command-line': 'The command line', server: 'Rollcall' };

/** What a request asked for, in the form that stands behind "could not". */
const ATTEMPTS: Readonly<Record<string, string>> = {
  create: 'create',
  delete: 'delete',
  activate: 'activate',
  deactivate: 'deactivate',
  patch: 'change',
  replace: 'replace',
  members: 'change the members of',
  token: 'get an access token',
  request: 'be served',
  list: 'list',
  search: 'search',
};

/** An entry of the journal in a sentence. */
export function sentenceOf(entry: Entry): Sentence {
  const { outcome, operation, display, resourceId } = entry;
  const { path = '' } = detailOf(entry);
  const kind = kindOf(entry);
  const object = display ?? resourceId ?? path;
  const actor = actorOf(entry);
  if (outcome === 'done') {
    const members = describeMembers(entry);
    if (operation === 'members') return { actor, verb: members ?? VERBS[operation]!, object, rest: '' };
    const more = members === undefined ? '' : `, and ${members} it`;
    return { actor, verb: `${verbOf(entry)}${kind}`, object, rest: `${RESTS[operation] ?? ''}${more}` };
  }
  const attempt = `${ATTEMPTS[operation] ?? wordsOf(operation)}${kind}`;
  if (outcome === 'unchanged')
    return { actor, verb: `asked for what was there already, to ${attempt}`, object, rest: '' };
  if (outcome === 'ignored')
    return { actor, verb: `sent something that was left out, to ${attempt}`, object, rest: '' };
  return { actor, verb: `could not ${attempt}`, object, rest: '' };
}

/** Whose doing it was, as a sentence begins. Names of credentials and clients stay as they are. */
function actorOf({ credentialId, credentialName, client, operation }: Entry): string {
  const local = credentialId === null ? undefined : LOCAL[credentialId];
  return local ?? credentialName ?? client ?? (ITS_OWN.has(operation) ? 'Rollcall' : 'Somebody');
}

function verbOf(entry: Entry): string {
  const { operation } = entry;
  const { kind = '' } = detailOf(entry);
  const made = operation === 'credential.issued' ? MADE[kind] : undefined;
  const verb = made ?? VERBS[operation] ?? operation;
  return verb.replace(/credential$/, CREDENTIALS[kind] ?? 'credential');
}

/** ` the user`; of a list, ` the users`. */
function kindOf({ operation, resourceType }: Entry): string {
  if (resourceType === null) return '';
  const isList = operation === 'list' || operation === 'search';
  return ` the ${resourceType.toLowerCase()}${isList ? 's' : ''}`;
}

/** An operation of the admin API, as `changeSettings`, in words. */
const wordsOf = (operation: string): string => operation.replace(/[A-Z]/g, ' $&').toLowerCase();

/** `added 3 members to`, `added Ada to`; undefined where no members came or went. */
function describeMembers({ added, removed, member }: Entry): string | undefined {
  const who = (number: number): string =>
    number === 1 && member ? (member.display ?? member.value) : counted(number, 'member');
  if (added > 0 && removed > 0) return `added ${counted(added, 'member')} to and removed ${removed} from`;
  if (added > 0) return `added ${who(added)} to`;
  return removed > 0 ? `removed ${who(removed)} from` : undefined;
}

/** The sentence as text, for those who hear it, and for search. */
export const textOf = ({ actor, verb, object, rest }: Sentence): string =>
  `${actor} ${verb} ${object}`.trim() + rest;
