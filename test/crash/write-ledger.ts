/** A group as a writer asked for it: its members by the keys of their users. */
export interface GroupState {
  readonly revision: number;
  readonly members: ReadonlySet<string>;
}

/**
 * What a client knows of one resource: the state that was acknowledged last, and the one that an unanswered write asked
 * for. Undefined stands for a resource that is not there.
 */
export interface Entry<State> {
  /** Undefined until an answer has told it. */
  id: string | undefined;
  acknowledged: State | undefined;
  /** A write that was sent and not acknowledged; after it the resource may be in either state. */
  unanswered: { readonly state: State | undefined } | undefined;
  /** The entity tag that came with the state acknowledged last; undefined where another write may have moved it. */
  version: string | undefined;
}

/** What one writer has written, by the keys of its resources, which are their `externalId` and never change. */
export interface WriterLedger {
  /** A user's state is its revision, of which all its values tell. */
  readonly users: Map<string, Entry<number>>;
  readonly groups: Map<string, Entry<GroupState>>;
  /** The ids of users who were added to the company's shared group, which nobody leaves. */
  readonly joined: Set<string>;
  /** The ids of users whose addition to it was not acknowledged. */
  readonly joining: Set<string>;
  /** Answers that a correct server would not have given. */
  readonly refused: string[];
  acknowledged: number;
  unanswered: number;
  /** Those of the unanswered that got no answer at all, not even one that tells no outcome. */
  silent: number;
  /** Writes that were answered with a 503 which says that nothing was changed. */
  unavailable: number;
}

export function emptyLedger(): WriterLedger {
  return {
    users: new Map(),
    groups: new Map(),
    joined: new Set(),
    joining: new Set(),
    refused: [],
    acknowledged: 0,
    unanswered: 0,
    silent: 0,
    unavailable: 0,
  };
}

export function newEntry<State>(): Entry<State> {
  return { id: undefined, acknowledged: undefined, unanswered: undefined, version: undefined };
}

/** The states in which the resource may be. */
export function possibleStates<State>({ acknowledged, unanswered }: Entry<State>): (State | undefined)[] {
  return unanswered === undefined ? [acknowledged] : [acknowledged, unanswered.state];
}

export const userNameOf = (key: string, revision: number): string => `${key}.${revision}@example.com`;
export const groupNameOf = (key: string, revision: number): string => `${key} in revision ${revision}`;
