import { type ResourceType, type SchemaDefinition } from './schema.js';

/** Everything this server knows of its schemas; made once at start, and the same for every company. */
export class SchemaRegistry {
  constructor(
    readonly user: ResourceType,
    readonly group: ResourceType,
  ) {}

  /** Every resource type, in the order in which they are listed. */
  get types(): readonly ResourceType[] {
    return [this.user, this.group];
  }

  /** Every schema of a resource, each type's own before its extensions; one that extends both types once. */
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
