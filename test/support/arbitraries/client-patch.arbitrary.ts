import fc from 'fast-check';
import { FilterParser } from '../../../src/protocol/filter/filter.parser.js';
import { isJsonObject, type Json, type JsonObject } from '../../../src/protocol/json.js';
import { PATCH_OP_URN } from '../../../src/protocol/patch/patch-message.js';
import { isDerived } from '../../../src/protocol/resource/value-reader.js';
import {
  type BoundAttribute,
  definitionOf,
  findByName,
  printAttribute,
} from '../../../src/protocol/schema/attribute-path.js';
import { ENTERPRISE_USER_SCHEMA, MANAGER } from '../../../src/protocol/schema/enterprise-user.schema.js';
import { pathOfPart } from '../../../src/protocol/schema/resembling-names.js';
import { type AttributeDefinition, type ResourceType } from '../../../src/protocol/schema/schema.js';
import { spellLeniently } from './lenient-filter.js';
import { filterOn, listsOf, placeOf, writableOf } from './patch.arbitrary.js';
import { type ValueSource } from './value.arbitrary.js';

/** A PATCH in the forms of a client, and the operations by which RFC 7644 §3.5.2 asks for the same. */
export interface ClientPatch {
  readonly sent: JsonObject;
  readonly asked: readonly JsonObject[];
}

/** Something as a client writes it, and as the RFCs do. */
interface Spelling<T> {
  readonly sent: T;
  readonly asked: T;
}

/** One operation of a client, which may stand for several or none. */
interface Step {
  readonly sent: JsonObject;
  readonly asked: readonly JsonObject[];
}

const EXTENSION_URNS = [
  'urn:scim:schemas:extension:enterprise:1.0',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0',
];
/** Texts that clients write as JSON numbers and booleans. */
const UNQUOTED: readonly Json[] = [0, 7, 123, 10.5, true, false];
const addOrReplace = fc.constantFrom('add', 'replace', 'Add', 'Replace');
const asIs = <T>(value: T): Spelling<T> => ({ sent: value, asked: value });

/** PATCH messages for resources of one type as identity providers send them, each with what it means. */
export class ClientPatchSource {
  private readonly parser = new FilterParser();
  private readonly writable: readonly BoundAttribute[];

  /** @param ids those of users and groups that may become members; none for a type without members */
  constructor(
    private readonly type: ResourceType,
    private readonly values: ValueSource,
    private readonly ids: readonly string[],
  ) {
    // A key that is read-only is ignored, where a path to it is refused.
    this.writable = writableOf(type).filter(
      ({ attribute, subAttribute }) => !subAttribute || !isDerived(attribute, subAttribute),
    );
  }

  message(): fc.Arbitrary<ClientPatch> {
    return fc.array(this.step(), { minLength: 1, maxLength: 3 }).map((steps) => ({
      sent: { schemas: [PATCH_OP_URN], Operations: steps.map(({ sent }) => sent) },
      asked: steps.flatMap(({ asked }) => asked),
    }));
  }

  private step(): fc.Arbitrary<Step> {
    return fc.oneof(
      { weight: 4, arbitrary: this.withPath() },
      { weight: 4, arbitrary: this.withoutPath() },
      { weight: 2, arbitrary: this.removal() },
      ...(this.ids.length > 0 ? [{ weight: 8, arbitrary: onMembers(this.ids) }] : []),
    );
  }

  private withPath(): fc.Arbitrary<Step> {
    return fc.tuple(addOrReplace, this.assignment()).map(([op, { path, value }]) => ({
      sent: { op, path: path.sent, value: value.sent },
      asked: [{ op, path: path.asked, value: value.asked }],
    }));
  }

  /** Paths as keys, extensions as objects, and what clients send back unchanged. */
  private withoutPath(): fc.Arbitrary<Step> {
    const repeated = fc.constantFrom<JsonObject>(
      {},
      { id: '0000000000000001' },
      { schemas: [this.type.schema.id], meta: { resourceType: this.type.name } },
      { favoriteColor: 'red' },
    );
    const entries = fc.uniqueArray(this.assignment(), {
      minLength: 1,
      maxLength: 3,
      selector: ({ path }) => path.sent.toLowerCase(),
    });
    return fc.tuple(addOrReplace, entries, repeated, fc.nat(4)).map(([op, assignments, rest, form]) => {
      const named = Object.fromEntries(assignments.map(({ path, value }) => [path.sent, value.sent]));
      const value = { ...rest, ...named };
      return {
        sent: { op, value: form === 0 ? [value] : value },
        asked: assignments.map(({ path, value: { asked } }) => ({ op, path: path.asked, value: asked })),
      };
    });
  }

  /** A remove whose path says all, with the value that is to go beside it. */
  private removal(): fc.Arbitrary<Step> {
    const single = this.writable.filter((target) => !definitionOf(target).multiValued);
    const anySingle = fc.constantFrom(...single).chain((target) => this.pathOf(target));
    const elements = fc.constantFrom(...listsOf(this.type)).chain((target) => this.selection(target));
    return fc
      .tuple(
        fc.constantFrom('remove', 'Remove'),
        fc.oneof(anySingle, elements),
        fc.constantFrom<Json>('', 'x', [], null),
      )
      .map(([op, path, value]) => ({
        sent: { op, path: path.sent, value },
        asked: [{ op, path: path.asked }],
      }));
  }

  /** A path and a value for it: an attribute, a sub-attribute, or those of some elements. */
  private assignment(): fc.Arbitrary<{ readonly path: Spelling<string>; readonly value: Spelling<Json> }> {
    const plain = fc.constantFrom(...this.writable).chain((target) => {
      const definition = definitionOf(target);
      const ofElements = target.subAttribute !== undefined && target.attribute.multiValued;
      const place = target.subAttribute ? `${placeOf(target)}.${target.subAttribute.name}` : placeOf(target);
      const value = ofElements ? this.spelled(definition, place) : this.spelledWhole(definition, place);
      return fc.record({ path: this.pathOf(target), value });
    });
    const withParts = listsOf(this.type).filter(({ attribute }) => attribute.subAttributes);
    if (withParts.length === 0) return plain;
    const selected = fc.constantFrom(...withParts).chain((target) =>
      fc.constantFrom(...(target.attribute.subAttributes ?? [])).chain((part) =>
        fc.record({
          path: this.selection(target).map(({ sent, asked }) => ({
            sent: `${sent}.${part.name}`,
            asked: `${asked}.${part.name}`,
          })),
          value: this.spelled(part, `${placeOf(target)}.${part.name}`),
        }),
      ),
    );
    return fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: selected });
  }

  /** URNs of drafts, a dot behind a URN, capitals, and the name of a part alone. */
  private pathOf(target: BoundAttribute): fc.Arbitrary<Spelling<string>> {
    const asked = printAttribute(target);
    const { extension, subAttribute } = target;
    const isEnterprise = extension === ENTERPRISE_USER_SCHEMA.id;
    const inSchema = extension === undefined ? asked : asked.slice(extension.length + 1);
    const urns =
      extension === undefined
        ? ['urn:scim:schemas:core:1.0', this.type.schema.id]
        : isEnterprise
          ? EXTENSION_URNS
          : [];
    const part =
      subAttribute && pathOfPart(subAttribute.name, this.type) === asked ? [subAttribute.name] : [];
    const forms = [
      asked,
      asked.toUpperCase(),
      `${extension ?? this.type.schema.id}.${inSchema}`,
      ...urns.map((urn) => `${urn}:${inSchema}`),
      ...part,
    ];
    return fc.constantFrom(...forms).map((sent) => ({ sent, asked }));
  }

  /** Other quotation marks, and numbers and booleans in them. */
  private selection(target: BoundAttribute): fc.Arbitrary<Spelling<string>> {
    const path = printAttribute(target);
    return fc.tuple(filterOn(this.values, target), fc.nat(5)).map(([typed, spelling]) => ({
      sent: `${path}[${spellLeniently(this.parser.parse(typed, { dialect: 'strict' }), spelling)}]`,
      asked: `${path}[${typed}]`,
    }));
  }

  /** The whole value of an attribute, which of several values may be one without an array. */
  private spelledWhole(definition: AttributeDefinition, place: string): fc.Arbitrary<Spelling<Json>> {
    if (!definition.multiValued) return this.spelled(definition, place);
    const element = this.spelledElement(definition, place).filter(({ asked }) => asked !== null);
    const alone = element.map(({ sent, asked }) => ({ sent, asked: [asked] }));
    return fc.oneof(this.spelled(definition, place), alone);
  }

  private spelled(definition: AttributeDefinition, place: string): fc.Arbitrary<Spelling<Json>> {
    if (definition.multiValued) {
      return fc
        .array(this.spelledElement(definition, place), { minLength: 1, maxLength: 2 })
        .map((elements) => ({
          sent: elements.map(({ sent }) => sent),
          asked: elements.map(({ asked }) => asked),
        }));
    }
    const one = this.spelledElement(definition, place);
    return fc.oneof(
      { weight: 6, arbitrary: one },
      { weight: 1, arbitrary: one.map(({ sent, asked }) => ({ sent: [sent], asked })) },
      { weight: 1, arbitrary: fc.constant({ sent: definition.required ? null : '', asked: null }) },
    );
  }

  private spelledElement(definition: AttributeDefinition, place: string): fc.Arbitrary<Spelling<Json>> {
    if (definition.type !== 'complex') return this.spelledSimple(definition, place);
    const parts = (definition.subAttributes ?? []).filter(
      ({ mutability, name }) => mutability !== 'readOnly' && name !== '$ref' && name !== 'primary',
    );
    const some = fc.subarray(parts, { minLength: 1, maxLength: Math.min(3, parts.length) }).chain((named) =>
      fc.tuple(...named.map((part) => this.spelled(part, `${place}.${part.name}`))).map((spellings) => ({
        sent: Object.fromEntries(
          spellings.map(({ sent }, index) => [named[index]?.name, sent]),
        ) as JsonObject,
        asked: Object.fromEntries(
          spellings.map(({ asked }, index) => [named[index]?.name, asked]),
        ) as JsonObject,
      })),
    );
    const value = findByName(parts, 'value');
    if (value?.type !== 'string') return some;
    // `managerId` is the name of SCIM 1.1.
    const isManager = definition === MANAGER;
    const bare = fc.tuple(this.texts(value, `${place}.value`), fc.boolean()).map(([text, isNamed]) => ({
      sent: isManager && isNamed ? { managerId: text } : text,
      asked: { value: text },
    }));
    return fc.oneof({ weight: 3, arbitrary: some }, { weight: 1, arbitrary: bare });
  }

  private spelledSimple(definition: AttributeDefinition, place: string): fc.Arbitrary<Spelling<Json>> {
    switch (definition.type) {
      case 'boolean':
        return fc
          .tuple(fc.boolean(), fc.constantFrom('true', 'True', 'TRUE', undefined))
          .map(([asked, spelling]) => ({
            sent: spelling === undefined ? asked : inCaseOf(spelling, String(asked)),
            asked,
          }));
      case 'integer':
      case 'decimal':
        return this.vocabulary(definition, place).chain((asked) =>
          fc.boolean().map((isText) => ({ sent: isText ? JSON.stringify(asked) : asked, asked })),
        );
      case 'string':
        return fc.oneof(
          { weight: 3, arbitrary: this.texts(definition, place).map(asIs) },
          {
            weight: 1,
            arbitrary: fc.constantFrom(...UNQUOTED).map((sent) => ({ sent, asked: JSON.stringify(sent) })),
          },
        );
      case 'reference':
      case 'dateTime':
      case 'binary':
      case 'complex':
        return this.texts(definition, place).map(asIs);
    }
  }

  private texts(definition: AttributeDefinition, place: string): fc.Arbitrary<Json> {
    // An empty text is no value to the lenient dialect.
    return this.vocabulary(definition, place).map((value) => (value === '' ? 'QUFB' : value));
  }

  private vocabulary(definition: AttributeDefinition, place: string): fc.Arbitrary<Json> {
    return fc.constantFrom(...this.values.vocabulary(definition, place));
  }
}

function inCaseOf(pattern: string, text: string): string {
  if (pattern === pattern.toUpperCase()) return text.toUpperCase();
  return pattern.startsWith('T') ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** The forms in which clients add, remove and replace members. */
function onMembers(ids: readonly string[]): fc.Arbitrary<Step> {
  const some = fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 });
  const op = fc.constantFrom('add', 'replace', 'remove', 'Add', 'Replace', 'Remove');
  return fc.tuple(op, some, fc.nat(6), fc.nat(4)).map(([verb, chosen, form, place]): Step => {
    const asked = [{ op: verb, path: 'members', value: chosen.map((value) => ({ value })) }];
    const removes = verb.toLowerCase() === 'remove';
    const quoted = (mark: string, end = mark): string =>
      chosen.map((id) => `value eq ${mark}${id}${end}`).join(' or ');
    const remove = [{ op: verb, path: `members[${quoted('"')}]` }];
    if (place === 0 && verb.toLowerCase() !== 'replace') {
      const marks = [['"'], ["'"], ['\u201c', '\u201d'], ['']] as const;
      const [mark, end] = marks[form % marks.length] ?? marks[0];
      const value = [{}, '[]', [], chosen.map((id) => ({ value: id }))][form % 4] as Json;
      const sent = { op: verb, path: `members[${quoted(mark, end)}]`, value };
      return { sent, asked: removes ? remove : asked };
    }
    const value = membersAs(form, chosen);
    const sent =
      place === 1 && !removes
        ? { op: verb, value: isWrapped(value) ? value : { members: value } }
        : { op: verb, path: 'members', value };
    return { sent, asked: removes ? remove : asked };
  });
}

function membersAs(form: number, ids: readonly string[]): Json {
  const [first = ''] = ids;
  switch (form) {
    case 0:
      return ids.length === 1 ? first : [...ids];
    case 1:
      return [...ids];
    case 2:
      return ids.length === 1 ? { value: first } : ids.map((value) => ({ value }));
    case 3:
      return { members: ids.map((value) => ({ value })) };
    case 4:
      return ids.map((value) => ({ $ref: null, value }));
    case 5:
      return ids.map((value) => ({ value, display: 'Ada', type: 'User' }));
    default:
      return [...ids, ...ids].map((value) => ({ value }));
  }
}

function isWrapped(value: Json): boolean {
  return isJsonObject(value) && 'members' in value;
}
