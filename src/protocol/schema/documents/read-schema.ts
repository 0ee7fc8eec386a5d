import { type Json } from '../../json.js';
import { type SchemaDefinition } from '../schema.js';
import { DocumentObject, type ReportFault } from './document-object.js';
import { readAttributes } from './read-attribute.js';

const KNOWN = ['schemas', 'id', 'externalId', 'meta', 'name', 'description', 'attributes'];

/**
 * A URN of characters that need no escape in a URL. Commas, quotes, brackets and blanks are left out, since
 * filters, PATCH paths and lists of attributes give them a meaning; so is a `.` or `:` at the end, where an
 * attribute follows.
 */
const URN = /^urn:[a-z0-9][a-z0-9-]{0,31}:[\w.~!$&'*+;=:@-]*[\w~!$&'*+;=@-]$/i;

/**
 * URNs that a deployment can't choose. RFC 7643 §10.3 has those of core schemas registered with IANA, and RFC 7644
 * §8.2 those of messages.
 */
const RESERVED = /^urn:ietf:params:scim:(schemas:core|api):/i;

/**
 * Reads a schema, in the form in which `/Schemas` shows one. RFC 7643 §7 says what each member means; §2.2 gives a
 * default for each characteristic that the document leaves out. Every fault is reported.
 *
 * @returns undefined where the document is not an object or has no usable `id`
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
