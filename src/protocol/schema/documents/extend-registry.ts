import { rewriteDraftUrn } from '../../dialect/schema-urns.js';
import { type Json } from '../../json.js';
import { SchemaRegistry } from '../schema-registry.js';
import { type ResourceType, type SchemaDefinition, type SchemaExtension } from '../schema.js';
import { isResourceType, readResourceType, type ResourceTypeDocument } from './read-resource-type.js';
import { readSchema } from './read-schema.js';

/** A parsed document and what it is called in errors. */
export interface SchemaDocument {
  readonly name: string;
  readonly content: Json;
}

/** A document that was understood. */
type Named<T> = T & { readonly document: string };

/**
 * The registry with the extensions that the documents define: schemas (RFC 7643 §7), and resource types (RFC 7643 §6)
 * that say which schemas extend them and whether these are required. A schema that no resource type names extends, as
 * not required, the one whose name its URN ends in.
 *
 * @returns every fault of every document as one line, `<document>: <path>: <problem>`; the registry is complete only
 *   where there is none
 */
export function extendRegistry(
  registry: SchemaRegistry,
  documents: readonly SchemaDocument[],
): { readonly schemas: SchemaRegistry; readonly problems: readonly string[] } {
  const extending = new Extending(registry);
  for (const document of documents) extending.read(document);
  return { schemas: extending.attach(), problems: extending.problems };
}

class Extending {
  readonly problems: string[] = [];
  private readonly schemas: Named<SchemaDefinition>[] = [];
  private readonly resourceTypes: Named<ResourceTypeDocument>[] = [];

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

  attach(): SchemaRegistry {
    const wanted = new Set(
      this.resourceTypes.flatMap(({ extensions }) => extensions.map(({ urn }) => urn.toLowerCase())),
    );
    const rest = this.schemas.filter(({ id }) => !wanted.has(id.toLowerCase()));
    for (const { id, document } of rest) {
      if (this.registry.types.some((type) => isNamedAfter(id, type))) continue;
      this.report(
        document,
        'id',
        'does not say what it extends: let it end in ":User" or ":Group", or name it in the schemaExtensions of a ' +
          'ResourceType document in the same folder',
      );
    }
    const [user, group] = [this.registry.user, this.registry.group].map((type) => this.extend(type, rest));
    return new SchemaRegistry(user ?? this.registry.user, group ?? this.registry.group);
  }

  /** Whether a path can only mean this schema or another one. */
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

  private extend(type: ResourceType, rest: readonly SchemaDefinition[]): ResourceType {
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
    for (const schema of rest.filter(({ id }) => isNamedAfter(id, type))) {
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
