import { rewriteDraftUrn } from '../../dialect/schema-urns.js';
import { type Json } from '../../json.js';
import { SchemaRegistry } from '../schema-registry.js';
import { type ResourceType, type SchemaDefinition, type SchemaExtension } from '../schema.js';
import { isResourceType, readResourceType, type ResourceTypeDocument } from './read-resource-type.js';
import { readSchema } from './read-schema.js';

/** A parsed document. */
export interface SchemaDocument {
  /** The file's name, for errors. */
  readonly name: string;
  readonly content: Json;
}

/** What was read from a document, and the document's name. */
type FromDocument<T> = T & { readonly document: string };

/**
 * Adds the extensions that the documents define to the registry. A document is either a schema (RFC 7643 §7 has its
 * form) or a resource type (RFC 7643 §6), which names the schemas that extend it and says of each whether it is
 * required. A schema that no resource type names extends the type that its URN ends in, and is not required.
 *
 * @returns `problems`: every fault of every document as a line `<document>: <path>: <problem>`; `schemas`: the new
 *   registry, to be used only if there are no problems
 */
export function extendRegistry(
  registry: SchemaRegistry,
  documents: readonly SchemaDocument[],
): { readonly schemas: SchemaRegistry; readonly problems: readonly string[] } {
  const builder = new RegistryBuilder(registry);
  for (const document of documents) builder.read(document);
  return { schemas: builder.build(), problems: builder.problems };
}

class RegistryBuilder {
  readonly problems: string[] = [];
  private readonly schemas: FromDocument<SchemaDefinition>[] = [];
  private readonly resourceTypes: FromDocument<ResourceTypeDocument>[] = [];

  constructor(private readonly registry: SchemaRegistry) {}

  read({ name: document, content }: SchemaDocument): void {
    const report = (path: string, problem: string): void => this.report(document, path, problem);
    if (isResourceType(content)) {
      const read = readResourceType(content, this.registry.types, report);
      if (!read) return;
      const other = this.resourceTypes.find(({ name }) => name === read.name);
      if (other) report('name', `${other.document} is about ${read.name} already`);
      else this.resourceTypes.push({ ...read, document });
    } else {
      const schema = readSchema(content, report);
      if (schema && this.isNew(schema, report)) this.schemas.push({ ...schema, document });
    }
  }

  build(): SchemaRegistry {
    const named = new Set(
      this.resourceTypes.flatMap(({ extensions }) => extensions.map(({ urn }) => urn.toLowerCase())),
    );
    const unnamed = this.schemas.filter(({ id }) => !named.has(id.toLowerCase()));
    for (const { id, document } of unnamed) {
      if (this.registry.types.some((type) => isNamedAfter(id, type))) continue;
      this.report(
        document,
        'id',
        'does not say what it extends: let it end in ":User" or ":Group", or name it in the schemaExtensions of a ' +
          'ResourceType document in the same folder',
      );
    }
    const [user, group] = [this.registry.user, this.registry.group].map((type) => this.extend(type, unnamed));
    return new SchemaRegistry(user ?? this.registry.user, group ?? this.registry.group);
  }

  /**
   * Whether no other schema has this id. An id that begins like another one, or that the drafts of SCIM used for a
   * core schema, is reported too, since a path with it would be ambiguous.
   */
  private isNew({ id }: SchemaDefinition, report: (path: string, problem: string) => void): boolean {
    const urn = id.toLowerCase();
    const twin = this.schemas.find((other) => other.id.toLowerCase() === urn);
    if (twin) {
      report('id', `${twin.document} defines ${twin.id} already`);
      return false;
    }
    const known = [...this.registry.schemas, ...this.schemas].map((schema) => schema.id);
    if (known.some((other) => other.toLowerCase() === urn)) {
      report('id', `${id} is a schema that every deployment has`);
      return false;
    }
    const clash = known.find((other) => {
      const [shorter = '', longer = ''] = [other.toLowerCase(), urn].sort((a, b) => a.length - b.length);
      return longer.startsWith(`${shorter}:`);
    });
    if (clash !== undefined) {
      report('id', `begins like ${clash} or the other way round; a path could mean an attribute of either`);
    }
    const meant = this.registry.types.map((type) => rewriteDraftUrn(id, type)).find((other) => other !== id);
    if (meant !== undefined) report('id', `is what drafts of SCIM called ${meant}; choose another URN`);
    return true;
  }

  /**
   * The resource type with the extensions that documents name for it, and those of `unnamed` that end in its name.
   */
  private extend(type: ResourceType, unnamed: readonly SchemaDefinition[]): ResourceType {
    const extensions = new Map<string, SchemaExtension>(
      type.schemaExtensions.map((extension) => [extension.schema.id.toLowerCase(), extension]),
    );
    const seen = new Set<string>();
    for (const { document, name, extensions: wanted } of this.resourceTypes) {
      for (const { urn, required, path } of name === type.name ? wanted : []) {
        const key = urn.toLowerCase();
        const schema = extensions.get(key)?.schema ?? this.schemas.find(({ id }) => id.toLowerCase() === key);
        if (!schema) this.report(document, path, `${urn} is defined by no document in the folder`);
        else if (seen.has(key)) this.report(document, path, `${urn} is named twice`);
        else extensions.set(key, { schema: definitionOf(schema), required });
        seen.add(key);
      }
    }
    for (const schema of unnamed.filter(({ id }) => isNamedAfter(id, type))) {
      extensions.set(schema.id.toLowerCase(), { schema: definitionOf(schema), required: false });
    }
    return { ...type, schemaExtensions: [...extensions.values()] };
  }

  private report(document: string, path: string, problem: string): void {
    this.problems.push(path === '' ? `${document}: ${problem}` : `${document}: ${path}: ${problem}`);
  }
}

function isNamedAfter(id: string, { name }: ResourceType): boolean {
  return id.toLowerCase().endsWith(`:${name.toLowerCase()}`);
}

function definitionOf({ id, name, description, attributes }: SchemaDefinition): SchemaDefinition {
  return { id, name, description, attributes };
}
