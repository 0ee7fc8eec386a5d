import { detailOf, type Entry } from './entry.js';

/** Why something was refused, in the words of an administrator, and what makes it work. */
export interface Cause {
  readonly cause: string;
  readonly cure: string;
}

const AGAIN =
  'Then have it sent again: at Entra ID “Provision on demand” or “Restart provisioning”, at Okta “Retry selected” in Dashboard → Tasks.';

/** What each scimType of RFC 7644 §3.12 means here. */
const BY_TYPE: Readonly<Record<string, Cause>> = {
  uniqueness: {
    cause: 'Another user or group has this value already.',
    cure: `Look at the one that has it (below). If it is the same person, let the identity provider match by this value; otherwise change one of the two. ${AGAIN}`,
  },
  invalidFilter: {
    cause: 'The identity provider searched in a form that can not be read.',
    cure: 'Set the matching attribute to userName for users and displayName for groups in its attribute mapping.',
  },
  invalidPath: {
    cause: 'The identity provider sent an attribute that Rollcall does not know.',
    cure: 'Remove the attribute from its mapping, or have the operator define it in a schema of your own.',
  },
  invalidValue: {
    cause: 'A value has another form than the attribute takes, or a required one is missing.',
    cure: `Correct the mapping of the attribute that the message names. ${AGAIN}`,
  },
  invalidSyntax: {
    cause: 'The body of the request is no SCIM message.',
    cure: 'See that the base URL and the protocol version (SCIM 2.0) are right at the identity provider.',
  },
  mutability: {
    cause: 'The attribute can not be changed.',
    cure: 'Remove it from the mapping, or set it to be sent at creation alone.',
  },
  noTarget: {
    cause: 'What was to be changed is not there.',
    cure: 'Restart provisioning, so that the identity provider compares everything anew.',
  },
  tooMany: {
    cause: 'The list that was asked for is too long.',
    cure: 'Narrow the scope at the identity provider.',
  },
};

const BY_STATUS: Readonly<Record<number, Cause>> = {
  401: {
    cause: 'The credential was not accepted.',
    cure: `Make another one under Connect, or rotate it under Credentials, and enter it at the identity provider without “Bearer” in front and without blanks. ${AGAIN}`,
  },
  403: {
    cause: 'The credential may not do this, or the company is suspended.',
    cure: `Use a credential that may read and write; ask the operator where the company is suspended. ${AGAIN}`,
  },
  404: {
    cause: 'It does not exist here, or the address is wrong.',
    cure: 'See that the base URL ends in /standard/scim/v2. Otherwise restart provisioning, so that what is gone is made anew.',
  },
  409: BY_TYPE['uniqueness']!,
  412: {
    cause: 'It was changed by somebody else in between.',
    cure: 'Nothing is to be done: the identity provider reads it anew in its next cycle.',
  },
  413: {
    cause: 'The request is too large.',
    cure: 'Have fewer members sent at once, or ask the operator for a higher limit.',
  },
  429: {
    cause: 'Too much came at once, or the writes of the company are paused.',
    cure: `The identity provider tries again by itself. If it goes on, end the pause, or ask the operator for a higher limit. ${AGAIN}`,
  },
  503: { cause: 'The service was not ready.', cure: 'The identity provider tries again by itself.' },
};

/** Cause and cure of what was refused or left out; undefined for everything else. */
export function causeOf(
  entry: Pick<Entry, 'outcome' | 'status' | 'scimType' | 'detail' | 'operation'>,
): Cause | undefined {
  const { outcome, status, scimType } = entry;
  const { message = '', reason, ignored } = detailOf(entry);
  if (outcome === 'ignored') {
    return {
      cause: 'A part of the request was left out, and the rest was done.',
      cure: [ignored].flat().some((name) => /unknown member/.test(name ?? ''))
        ? 'Some members are not here. Assign them to the application, too.'
        : 'No schema here has what was left out (below). Take it out of the mapping, or map it to one of the attributes that are here.',
    };
  }
  if (outcome !== 'refused') return undefined;
  if (/^guard\b/.test(message)) {
    return {
      cause: 'So much was to be removed at once that it is held until somebody has looked.',
      cure: `Look at what is held under Safety. Mend the identity provider if it was a mistake; release it if it was meant. ${AGAIN}`,
    };
  }
  if (reason === 'expired' || reason === 'revoked') {
    return { cause: `The credential is ${reason}.`, cure: BY_STATUS[401]!.cure };
  }
  const known = (scimType === null ? undefined : BY_TYPE[scimType]) ?? BY_STATUS[status ?? 0];
  return known ?? { cause: 'The request was refused.', cure: 'The message says what would be right.' };
}
