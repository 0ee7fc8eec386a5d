import { isJsonArray, isJsonObject, type Json } from '../../json.js';
import { type ResourceType } from '../schema.js';
import { DocumentObject, type ReportFault } from './document-object.js';

const RESOURCE_TYPE_URN = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const KNOWN = ['schemas', 'id', 'meta', 'name', 'description', 'endpoint', 'schema', 'schemaExtensions'];

/** An extension that a document adds to a resource type. */
interface WantedExtension {
  /** URN of the schema, as the document spells it. */
  readonly urn: string;
  readonly required: boolean;
  /** Where the URN stands in the document, for errors. */
  readonly path: string;
}

/** The extensions that a document adds to one of the built-in resource types. */
export interface ResourceTypeDocument {
  readonly name: ResourceType['name'];
  readonly extensions: readonly WantedExtension[];
}

/** Whether a document describes a resource type, by its `schemas`. Every other document is read as a schema. */
export function isResourceType(content: Json): boolean {
  if (!isJsonObject(content) || !isJsonArray(content['schemas'] ?? null)) return false;
  const schemas = content['schemas'] as readonly Json[];
  return schemas.some(
    (urn) => typeof urn === 'string' && urn.toLowerCase() === RESOURCE_TYPE_URN.toLowerCase(),
  );
}

/**
 * Reads a resource type, in the form in which `/ResourceTypes` shows one. RFC 7643 §6: `schemaExtensions` lists the
 * extensions and says of each whether it is required. Every fault is reported.
 *
 * @returns undefined where the document is not an object or names no built-in resource type
 */
export function readResourceType(
  content: Json,
  types: readonly ResourceType[],
  report: ReportFault,
): ResourceTypeDocument | undefined {
  const object = DocumentObject.read(content, '', KNOWN, report);
  if (!object) return undefined;
  if (!object.has('name')) object.fault('name', 'is missing; expected "User" or "Group"');
  const name = object.choice(
    'name',
    types.map((type) => type.name),
  );
  const type = types.find((candidate) => candidate.name === name);
  if (type) {
    // Both may be left out. A document that has them cannot give the type another endpoint or core schema.
    object.choice('endpoint', [type.endpoint]);
    object.choice('schema', [type.schema.id]);
  }
  if (!object.has('schemaExtensions'))
    object.fault('schemaExtensions', 'is missing; name at least one schema');
  const extensions = (object.list('schemaExtensions') ?? []).flatMap((value, index) =>
    readExtension(value, `${object.pathOf('schemaExtensions')}[${index}]`, report),
  );
  return name === undefined ? undefined : { name, extensions };
}

function readExtension(value: Json, path: string, report: ReportFault): WantedExtension[] {
  const object = DocumentObject.read(value, path, ['schema', 'required'], report);
  if (!object) return [];
  const urn = object.text('schema');
  if (!object.has('schema')) object.fault('schema', 'is missing; expected the id of a schema');
  const required = object.flag('required');
  return urn === undefined ? [] : [{ urn, required, path: object.pathOf('schema') }];
}
