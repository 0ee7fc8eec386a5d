import fc from 'fast-check';
import { type Json, type JsonObject } from '../../../src/protocol/json.js';
import { PATCH_OP_URN } from '../../../src/protocol/patch/patch-message.js';
import {
  type BoundAttribute,
  definitionOf,
  printAttribute,
} from '../../../src/protocol/schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../../../src/protocol/schema/schema.js';
import { OPERATORS_OF, targetsOf } from './filter.arbitrary.js';
import { type ValueSource } from './value.arbitrary.js';

/** What a PATCH about members can name. */
export interface MemberPool {
  /** Ids of existing users and groups. */
  readonly ids: readonly string[];
  /** Ids of no user or group of the company: well-formed, malformed, in capitals, or another company's. */
  readonly strangers: readonly string[];
  /** Display names of members. */
  readonly displays: readonly string[];
  /** Ids of the group's members before the first PATCH. */
  readonly present: readonly string[];
}

type Operation = fc.Arbitrary<JsonObject>;

const anyOp = fc.constantFrom('add', 'replace', 'remove', 'Add', 'Replace', 'REMOVE');
const addOrReplace = fc.constantFrom('add', 'replace', 'Add', 'Replace');

/** Valid and invalid PatchOp messages for resources of one type, in the forms that clients send. */
export class PatchSource {
  private readonly writable: readonly BoundAttribute[];
  private readonly lists: readonly BoundAttribute[];

  constructor(
    private readonly type: ResourceType,
    private readonly values: ValueSource,
    private readonly members: MemberPool | undefined,
    /** Names of other resources of the company. */
    private readonly taken: readonly string[],
  ) {
    this.writable = writableOf(type);
    this.lists = listsOf(type);
  }

  message(): fc.Arbitrary<JsonObject> {
    return fc
      .array(this.steps(), { minLength: 1, maxLength: 4 })
      .map((steps): JsonObject => ({ schemas: [PATCH_OP_URN], Operations: steps.flat() }));
  }

  /** An operation, or two of which the second may undo the first. */
  private steps(): fc.Arbitrary<JsonObject[]> {
    const one = this.operation().map((operation) => [operation]);
    if (!this.members) return one;
    return fc.oneof({ weight: 8, arbitrary: one }, { weight: 1, arbitrary: thereAndBack(this.members) });
  }

  private operation(): Operation {
    return fc.oneof(
      { weight: 8, arbitrary: this.onAttribute() },
      { weight: 4, arbitrary: this.onElements() },
      { weight: 4, arbitrary: this.withoutPath() },
      { weight: 1, arbitrary: this.malformed() },
      { weight: 1, arbitrary: this.rename() },
      ...(this.members ? [{ weight: 16, arbitrary: onMembers(this.members, this.type) }] : []),
    );
  }

  /** add, replace and remove at `attr` and `attr.sub`. */
  private onAttribute(): Operation {
    return fc
      .constantFrom(...this.writable)
      .chain((target) =>
        fc.record({
          op: anyOp,
          path: this.pathOf(target),
          value: this.valueFor(target),
          isWhole: definitionOf(target).multiValued ? fc.boolean() : fc.constant(true),
        }),
      )
      .map(({ op, path, value, isWhole }) =>
        op.toLowerCase() === 'remove' && isWhole ? { op, path } : { op, path, value },
      );
  }

  /** add, replace and remove at `attr[filter]` and `attr[filter].sub`, and remove with a value. */
  private onElements(): Operation {
    return fc.constantFrom(...this.lists).chain((target) => {
      const parts = target.attribute.subAttributes ?? [];
      const place = placeOf(target);
      const filter = filterOn(this.values, target);
      const whole = fc
        .record({
          op: anyOp,
          path: this.pathOf(target),
          filter,
          value: this.values.one(target.attribute, place),
        })
        .map(({ op, path, filter: typed, value }) => ({ op, path: `${path}[${typed}]`, value }));
      const listed = fc
        .record({ path: this.pathOf(target), value: this.values.of(target.attribute, place) })
        .map(({ path, value }) => ({ op: 'remove', path, value }));
      if (parts.length === 0) return fc.oneof(whole, whole, listed);
      const part = fc.constantFrom(...parts).chain((subAttribute) =>
        fc
          .record({
            op: anyOp,
            path: this.pathOf(target),
            filter,
            value: this.valueFor({ ...target, subAttribute }),
          })
          .map(({ op, path, filter: typed, value }) => ({
            op,
            path: `${path}[${typed}].${subAttribute.name}`,
            value,
          })),
      );
      return fc.oneof(whole, part, part, listed);
    });
  }

  /**
   * An operation without a path: its value has attributes, extensions, paths, and what clients send back unchanged.
   */
  private withoutPath(): Operation {
    const entry = fc.constantFrom(...this.writable).chain((target) =>
      fc.tuple(this.valueFor(target), fc.boolean()).map(([value, dotted]): [string, Json] => {
        const { extension, attribute, subAttribute } = target;
        if (dotted) return [printAttribute(target), value];
        const inner: Json = subAttribute ? { [subAttribute.name]: value } : value;
        const listed = subAttribute && attribute.multiValued ? [inner] : inner;
        return extension === undefined ? [attribute.name, listed] : [extension, { [attribute.name]: listed }];
      }),
    );
    const repeated = fc.constantFrom<[string, Json]>(
      ['schemas', [this.type.schema.id]],
      ['id', '0000000000000001'],
      ['meta', { resourceType: this.type.name }],
      ['favoriteColor', 'red'],
    );
    const entries = fc.array(fc.oneof({ weight: 7, arbitrary: entry }, { weight: 1, arbitrary: repeated }), {
      minLength: 1,
      maxLength: 3,
    });
    return fc
      .record({ op: addOrReplace, entries })
      .map(({ op, entries: named }) => ({ op, value: Object.fromEntries(named) }));
  }

  /** Gives the resource the name of another one, in any spelling. */
  private rename(): Operation {
    const path = this.type.name === 'User' ? 'userName' : 'displayName';
    const value = fc
      .constantFrom(...this.taken)
      .chain((name) => fc.constantFrom(name, name.toUpperCase(), name.normalize('NFD')));
    return fc.record({ op: addOrReplace, path: fc.constant(path), value });
  }

  private malformed(): Operation {
    return fc.constantFrom<JsonObject>(
      { op: 'move', path: 'displayName', value: 'x' },
      { op: 'remove' },
      { op: 'replace', path: 'id', value: '1' },
      { op: 'add', path: 'favoriteColor', value: 'red' },
      { op: 'add', path: 'displayName' },
      { op: 'replace', path: 'displayName[', value: 'x' },
      { op: 'remove', path: 'meta.created' },
      { op: 'remove', path: 'displayName', value: 'x' },
      { op: 'add', path: '/displayName', value: 'x' },
    );
  }

  private valueFor(target: BoundAttribute): fc.Arbitrary<Json> {
    const { subAttribute, attribute } = target;
    const place = placeOf(target);
    const good = subAttribute
      ? fc.oneof(
          this.values.of(subAttribute, `${place}.${subAttribute.name}`),
          this.values.one(subAttribute, `${place}.${subAttribute.name}`),
        )
      : fc.oneof(this.values.of(attribute, place), this.values.one(attribute, place));
    return fc.oneof(
      { weight: 20, arbitrary: good },
      { weight: 1, arbitrary: fc.constantFrom<Json>(null, null, [], {}, '') },
      { weight: 1, arbitrary: wrongFor(definitionOf(target)) },
    );
  }

  private pathOf(target: BoundAttribute): fc.Arbitrary<string> {
    const path = printAttribute(target);
    const full = target.extension === undefined ? `${this.type.schema.id}:${path}` : path;
    return fc.constantFrom(path, path, full, full.toUpperCase());
  }
}

/** The attributes and sub-attributes that a PATCH may change, but for members. */
export function writableOf(type: ResourceType): readonly BoundAttribute[] {
  return targetsOf(type).filter(
    ({ extension, attribute }) =>
      (extension !== undefined || type.schema.attributes.includes(attribute)) &&
      attribute.mutability === 'readWrite' &&
      attribute.name !== 'members',
  );
}

/** Those of them that have several values. */
export function listsOf(type: ResourceType): readonly BoundAttribute[] {
  return writableOf(type).filter(({ attribute, subAttribute }) => attribute.multiValued && !subAttribute);
}

/** What stands between the brackets of a path: a filter on the values of a multi-valued attribute. */
export function filterOn(values: ValueSource, target: BoundAttribute): fc.Arbitrary<string> {
  const { subAttributes = [{ ...target.attribute, name: 'value' }] } = target.attribute;
  const term = fc.constantFrom(...subAttributes).chain((part) => {
    const operators = OPERATORS_OF[part.type].filter((operator) => operator !== 'pr');
    const place = placeOf(target);
    const isSimple = target.attribute.type !== 'complex';
    const words = values.vocabulary(part, isSimple ? place : `${place}.${part.name}`);
    return fc
      .tuple(fc.oneof(fc.constant('eq' as const), fc.constantFrom(...operators)), fc.constantFrom(...words))
      .map(([operator, value]) => `${part.name} ${operator} ${JSON.stringify(value)}`);
  });
  return fc.oneof(
    { weight: 5, arbitrary: term },
    { weight: 2, arbitrary: fc.tuple(term, term).map((terms) => terms.join(' and ')) },
    { weight: 1, arbitrary: term.map((inner) => `not (${inner})`) },
    { weight: 1, arbitrary: fc.constantFrom('type pr', 'primary eq true', 'not (value pr)') },
  );
}

export function placeOf({ extension = '', attribute }: BoundAttribute): string {
  return `${extension}.${attribute.name}`;
}

function wrongFor({ type }: AttributeDefinition): fc.Arbitrary<Json> {
  return fc.constantFrom<Json>(...(type === 'string' ? [7, true] : ['wrong', 7, true]), [[]], { a: 1 });
}

/** The forms in which clients change members. */
function onMembers({ ids, strangers, displays, present }: MemberPool, type: ResourceType): Operation {
  const id = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: fc.constantFrom(...strangers) },
  );
  const idToRemove = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...ids) },
    { weight: 2, arbitrary: fc.constantFrom(...strangers, ...ids.map((known) => known.toUpperCase())) },
  );
  const element = (named: fc.Arbitrary<string>): fc.Arbitrary<Json> =>
    fc
      .tuple(
        named,
        fc.constantFrom<JsonObject>({}, {}, { display: 'x' }, { type: 'User', $ref: '../Users/1' }),
      )
      .map(([value, rest]) => ({ value, ...rest }));
  const listOf = (named: fc.Arbitrary<string>): fc.Arbitrary<Json> =>
    fc.oneof(
      { weight: 8, arbitrary: fc.array(element(named), { maxLength: 4 }) },
      { weight: 2, arbitrary: element(named) },
      { weight: 1, arbitrary: named },
      { weight: 1, arbitrary: fc.array(named, { minLength: 1, maxLength: 3 }) },
      { weight: 1, arbitrary: fc.array(element(named), { maxLength: 3 }).map((members) => ({ members })) },
      { weight: 1, arbitrary: fc.constantFrom<Json>(null, '', {}, []) },
    );
  const path = fc.constantFrom('members', 'members', 'Members', `${type.schema.id}:members`);
  const filter = memberFilter(idToRemove, displays);
  const forms: readonly [number, Operation][] = [
    [12, fc.record({ op: fc.constantFrom('add', 'Add'), path, value: listOf(id) })],
    [5, fc.record({ op: fc.constantFrom('replace', 'Replace'), path, value: listOf(id) })],
    [8, fc.record({ op: fc.constantFrom('remove', 'Remove'), path, value: listOf(idToRemove) })],
    [1, fc.record({ op: fc.constant('remove'), path })],
    [
      3,
      fc
        .shuffledSubarray([...present], { minLength: present.length })
        .map((all) => ({ op: 'replace', path: 'members', value: all.map((value) => ({ value })) })),
    ],
    [12, filter.map((typed) => ({ op: 'remove', path: `members[${typed}]` }))],
    [1, filter.map((typed) => ({ op: 'Remove', path: `members[${typed}]`, value: [] }))],
    [1, id.map((value) => ({ op: 'add', path: `members[value eq "${value}"]`, value: {} }))],
    [1, filter.map((typed) => ({ op: 'replace', path: `members[${typed}].display`, value: 'x' }))],
    [1, fc.constant({ op: 'remove', path: 'members.value' })],
    [3, fc.tuple(addOrReplace, listOf(id)).map(([op, members]) => ({ op, value: { members } }))],
    [
      2,
      fc
        .tuple(addOrReplace, listOf(id), fc.constantFrom(...displays))
        .map(([op, members, displayName]) => ({ op, path: null, value: { displayName, members } })),
    ],
  ];
  return fc.oneof(...forms.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/**
 * Removes a member and adds it again, or the other way round. If it was or was not a member before, nothing changes.
 */
function thereAndBack({ ids, present }: MemberPool): fc.Arbitrary<JsonObject[]> {
  const known = fc.constantFrom(...(present.length > 0 ? present : ids), ...ids);
  return fc.tuple(known, fc.boolean()).chain(([id, goesFirst]) => {
    const add = { op: 'add', path: 'members', value: [{ value: id }] };
    const selections = [
      `members[value eq "${id}"]`,
      `members[$ref ew "/${id}"]`,
      `members[value sw "${id}"]`,
    ];
    return fc
      .constantFrom(...selections)
      .map((path) => ({ op: 'remove', path }))
      .map((remove) => (goesFirst ? [remove, add] : [add, remove]));
  });
}

function memberFilter(id: fc.Arbitrary<string>, displays: readonly string[]): fc.Arbitrary<string> {
  const display = fc.constantFrom(...displays);
  const term = fc.oneof(
    { weight: 5, arbitrary: id.map((value) => `value eq ${JSON.stringify(value)}`) },
    fc
      .tuple(fc.constantFrom('ne', 'sw', 'co', 'gt', 'le'), id)
      .map(([operator, value]) => `value ${operator} ${JSON.stringify(value)}`),
    fc
      .tuple(fc.constantFrom('eq', 'ne', 'co', 'sw', 'gt'), display)
      .map(([operator, text]) => `display ${operator} ${JSON.stringify(text)}`),
    fc.constantFrom(
      'type eq "User"',
      'type eq "group"',
      'type ne "Group"',
      '$ref co "/Users/"',
      'display pr',
    ),
    id.map((value) => `$ref ew ${JSON.stringify(`/${value}`)}`),
  );
  return fc.oneof(
    { weight: 4, arbitrary: term },
    {
      weight: 2,
      arbitrary: fc.array(term, { minLength: 2, maxLength: 3 }).map((terms) => terms.join(' or ')),
    },
    { weight: 2, arbitrary: fc.tuple(term, term).map((terms) => terms.join(' and ')) },
    { weight: 1, arbitrary: term.map((inner) => `not (${inner})`) },
  );
}
