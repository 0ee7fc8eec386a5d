import { type Json } from '../../json.js';
import { type SchemaDefinition } from '../schema.js';
import { DocumentObject, type ReportFault } from './document-object.js';
import { readAttributes } from './read-attribute.js';

const KNOWN = ['schemas', 'id', 'externalId', 'meta', 'name', 'description', 'attributes'];

/** Letters that need no escape in a URL and mean nothing in filters, PATCH paths and lists of attributes. */
const URN = /^urn:[a-z0-9][a-z0-9-]{0,31}:[\w.~!$&'*+;=:@-]*[\w~!$&'*+;=@-]$/i;

/** Whose URNs a deployment can't choose: core schemas and messages (RFC 7643 §10.3, RFC 7644 §8.2). */
const RESERVED = /^urn:ietf:params:scim:(schemas:core|api):/i;

/**
 * A schema in the form of RFC 7643 §7, in which `/Schemas` shows it too. What the document leaves out is what
 * RFC 7643 §2.2 assumes. Undefined where the document has no usable `id`; every fault is reported.
 */
export function readSchema(content: Json, report: ReportFault): SchemaDefinition | undefined {
  const object = DocumentObject.read(content, '', KNOWN, report);
  if (!object) return undefined;
  const id = readId(object);
  if (!object.has('attributes')) object.fault('attributes', 'a schema needs at least one');
  const attributes = readAttributes(object.list('attributes') ?? [], 'attributes', report);
  const name = object.text('name') ?? (id ?? '').slice((id ?? '').lastIndexOf(':') + 1);
  const description = object.prose('description') ?? name;
  return id === undefined ? undefined : { id, name, description, attributes };
}

function readId(object: DocumentObject): string | undefined {
  const id = object.text('id');
  if (id === undefined) {
    if (!object.has('id'))
      object.fault('id', 'is missing; expected a URN such as urn:example:badge:1.0:User');
    return undefined;
  }
  if (!URN.test(id)) {
    object.fault(
      'id',
      "expected a URN such as urn:example:badge:1.0:User, of letters, digits and .-_~!$&'*+;=:@",
    );
    return undefined;
  }
  if (RESERVED.test(id)) {
    object.fault('id', 'is reserved for the schemas of SCIM itself');
    return undefined;
  }
  return id;
}
