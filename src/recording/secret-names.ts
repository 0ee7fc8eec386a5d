import { type SchemaRegistry } from '../protocol/schema/schema-registry.js';
import { type AttributeDefinition } from '../protocol/schema/schema.js';

const OPERATOR = /\b(?:eq|ne|co|sw|ew|gt|ge|lt|le)\b/i;

/** Names of attributes whose values are kept nowhere. */
export class SecretNames {
  private readonly names: ReadonlySet<string>;

  /** `password`, which no schema here has, and whatever the schemas never return (RFC 7643 §7). */
  constructor(schemas: SchemaRegistry) {
    const named = schemas.schemas.flatMap(({ attributes }) => neverReturned(attributes));
    this.names = new Set(['password', ...named.map((name) => name.toLowerCase())]);
  }

  /** Whether a text is one of them: `password`, `urn:…:User:password` and `name.password` alike. */
  has(text: string): boolean {
    return this.names.has(text.toLowerCase().split(/[:.]/).at(-1)?.trim() ?? '');
  }

  /** Whether one of them stands anywhere in a text. */
  standIn(text: string): boolean {
    return this.firstIn(text.toLowerCase()) !== undefined;
  }

  /** Whether a text compares one of them with something, as a filter does. */
  areComparedIn(text: string): boolean {
    const first = this.firstIn(text.toLowerCase());
    return first !== undefined && OPERATOR.test(text.slice(first));
  }

  private firstIn(lower: string): number | undefined {
    const places = [...this.names].map((name) => lower.indexOf(name)).filter((place) => place >= 0);
    return places.length === 0 ? undefined : Math.min(...places);
  }
}

function neverReturned(attributes: readonly AttributeDefinition[]): string[] {
  return attributes.flatMap(({ name, returned, subAttributes = [] }) =>
    returned === 'never' ? [name] : neverReturned(subAttributes),
  );
}
