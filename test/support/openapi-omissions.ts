/** A node of a parsed OpenAPI document. */
type Node = unknown;
type NodeObject = Readonly<Record<string, Node>>;

/** Lists whose order does not count. Each documented entry must be one of the generated ones. */
const SETS = new Set(['required', 'enum', 'tags', 'oneOf', 'anyOf', 'allOf', 'security', 'type']);

/** Keys whose values must be equal as a whole. */
const VALUES = new Set(['example', 'default', 'const', 'value']);

/**
 * Finds what the vendor's document of an API has and the generated one lacks. Additions are allowed. References are
 * followed on both sides, so a schema may be written in place or be referred to. The named components of the vendor's
 * document must exist.
 *
 * @returns the place of each omission and what is missing there
 */
export function findOmissions(documented: Node, generated: Node): string[] {
  return [...new DocumentComparison(documented, generated).compare(documented, generated, '')];
}

class DocumentComparison {
  private readonly following = new Set<string>();

  constructor(
    private readonly documented: Node,
    private readonly generated: Node,
  ) {}

  *compare(expected: Node, actual: Node, place: string): Generator<string> {
    if (isObject(expected) && isObject(actual) && (refOf(expected) ?? refOf(actual)) !== undefined) {
      yield* this.follow(expected, actual, place);
    } else if (isObject(expected)) {
      if (isObject(actual)) yield* this.compareObjects(expected, actual, place);
      else yield `${place}: is missing`;
    } else if (Array.isArray(expected)) {
      if (Array.isArray(actual)) yield* this.compareLists(expected, actual, place);
      else yield `${place}: is missing`;
    } else if (expected !== actual) {
      yield `${place}: ${print(expected)} is documented, ${print(actual)} is generated`;
    }
  }

  private *follow(expected: NodeObject, actual: NodeObject, place: string): Generator<string> {
    const names = `${refOf(expected) ?? place} ${refOf(actual) ?? place}`;
    if (this.following.has(names)) return;
    this.following.add(names);
    yield* this.compare(resolve(expected, this.documented), resolve(actual, this.generated), place);
    this.following.delete(names);
  }

  private *compareObjects(expected: NodeObject, actual: NodeObject, place: string): Generator<string> {
    for (const [key, value] of Object.entries(expected)) {
      const at = `${place}/${key}`;
      const isProperty = /\/(?:properties|schemas|paths|responses|content|examples)$/.test(place);
      if (!Object.hasOwn(actual, key)) yield `${at}: is missing`;
      else if (!isProperty && VALUES.has(key)) yield* compareValues(value, actual[key], at);
      else yield* this.compare(value, actual[key], at);
    }
  }

  private *compareLists(
    expected: readonly Node[],
    actual: readonly Node[],
    place: string,
  ): Generator<string> {
    const key = place.slice(place.lastIndexOf('/') + 1);
    if (key === 'parameters') yield* this.compareParameters(expected, actual, place);
    else if (SETS.has(key)) {
      for (const entry of expected) {
        const found = actual.some((other) => [...this.compare(entry, other, place)].length === 0);
        if (!found) yield `${place}: ${print(entry)} is missing`;
      }
    } else yield* compareValues(expected, actual, place);
  }

  private *compareParameters(
    expected: readonly Node[],
    actual: readonly Node[],
    place: string,
  ): Generator<string> {
    const nameOf = (node: Node): string => {
      const { in: where, name } = node as NodeObject;
      return `${String(where)} ${String(name)}`;
    };
    const found = actual.map((parameter) => resolve(parameter, this.generated));
    for (const parameter of expected.map((one) => resolve(one, this.documented))) {
      const name = nameOf(parameter);
      const match = found.find((candidate) => nameOf(candidate) === name);
      yield* match === undefined
        ? [`${place}/${name}: is missing`]
        : this.compare(parameter, match, `${place}/${name}`);
    }
  }
}

function* compareValues(expected: Node, actual: Node, place: string): Generator<string> {
  if (canonical(expected) !== canonical(actual)) {
    yield `${place}: ${print(expected)} is documented, ${print(actual)} is generated`;
  }
}

function resolve(node: Node, document: Node): Node {
  const ref = isObject(node) ? refOf(node) : undefined;
  if (ref === undefined) return node;
  const steps = ref.replace(/^#\//, '').split('/');
  const target = steps.reduce<Node>(
    (parent, step) => (isObject(parent) ? parent[step] : undefined),
    document,
  );
  if (target === undefined) throw new Error(`${ref} leads nowhere`);
  return resolve(target, document);
}

function isObject(node: Node): node is NodeObject {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function refOf(node: NodeObject): string | undefined {
  return typeof node['$ref'] === 'string' ? node['$ref'] : undefined;
}

/** A text that is the same for equal values, in whatever order their keys are. */
function canonical(node: Node): string {
  return JSON.stringify(node, (_, value: Node) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

function print(node: Node): string {
  return (JSON.stringify(node) ?? 'nothing').slice(0, 200);
}
