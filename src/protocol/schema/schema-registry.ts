import { type ResourceType, type SchemaDefinition } from './schema.js';

/** The resource types and schemas of this server. It is made once at start, and is the same for every company. */
export class SchemaRegistry {
  constructor(
    readonly user: ResourceType,
    readonly group: ResourceType,
  ) {}

  /** Every resource type, in the order of `/ResourceTypes`. */
  get types(): readonly ResourceType[] {
    return [this.user, this.group];
  }

  /** The schemas of all resource types: of each its core schema, then its extensions. None is listed twice. */
  get schemas(): readonly SchemaDefinition[] {
    const all = this.types.flatMap(({ schema, schemaExtensions }) => [
      schema,
      ...schemaExtensions.map((extension) => extension.schema),
    ]);
    return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
  }

  ofType(name: ResourceType['name']): ResourceType {
    return name === 'User' ? this.user : this.group;
  }
}
