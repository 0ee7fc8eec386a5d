import { type Member, type MemberStream } from '../../protocol/resource/resource.js';

/** A resource to be written. A group may have more `members` than fit the memory: they are written as they are read. */
export interface StreamedResource {
  /** The representation without `members`. */
  readonly head: object;
  /** Undefined: the representation has no `members`. */
  readonly members: readonly Member[] | MemberStream | undefined;
}

/** The body of an answer, in pieces as it is made. */
export type AnswerText = AsyncGenerator<string, void, undefined>;

export type EncodeMember = (member: Member) => object;

/** The text of one resource, in pieces. */
export async function* resourceText(resource: StreamedResource, encodeMember: EncodeMember): AnswerText {
  const head = JSON.stringify(resource.head);
  if (resource.members === undefined) {
    yield head;
    return;
  }
  yield `${head.slice(0, -1)}${head === '{}' ? '' : ','}"members":[`;
  let separator = '';
  for await (const batch of batchesOf(resource.members)) {
    if (batch.length === 0) continue;
    yield separator + JSON.stringify(batch.map((member) => encodeMember(member))).slice(1, -1);
    separator = ',';
  }
  yield ']}';
}

function batchesOf(members: readonly Member[] | MemberStream): Iterable<readonly Member[]> | MemberStream {
  return Symbol.asyncIterator in members ? members : [members];
}

/**
 * The text of a ListResponse: `envelope` is what stands before `Resources`; `closing` gives what stands behind
 * them, once it is known how many there were.
 */
export async function* listText(
  envelope: object,
  resources: AsyncIterable<StreamedResource> | Iterable<StreamedResource>,
  encodeMember: EncodeMember,
  closing: (returned: number) => object,
): AnswerText {
  yield `${JSON.stringify(envelope).slice(0, -1)},"Resources":[`;
  let returned = 0;
  for await (const resource of resources) {
    const separator = returned > 0 ? ',' : '';
    returned += 1;
    if (resource.members === undefined) yield separator + JSON.stringify(resource.head);
    else {
      yield separator;
      yield* resourceText(resource, encodeMember);
    }
  }
  const rest = JSON.stringify(closing(returned)).slice(1, -1);
  yield rest === '' ? ']}' : `],${rest}}`;
}
