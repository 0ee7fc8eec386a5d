import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';
import { comparableBase } from '../../protocol/text/comparable-reference.js';
import { type AttributeSource, type SourceContext, type ValueExpression } from './attribute-source.js';
import { idParameter, isResourceId } from './resource-id.js';
import { join, parameter, sql, type SqlFragment } from './sql-fragment.js';

/** Attributes with a column of their own. */
export function columnSource(
  attribute: AttributeDefinition,
  type: ResourceType,
): AttributeSource | undefined {
  switch (attribute.name) {
    case 'id':
      return { value: () => idExpression(sql`r.id`) };
    case 'externalId':
      return { value: () => keyExpression(sql`r.external_id`) };
    case 'displayName':
      return { value: () => keyExpression(sql`r.display_name_key`) };
    case 'userName':
      return type.name === 'User' ? { value: () => keyExpression(sql`r.user_name_key`) } : undefined;
    default:
      return undefined;
  }
}

function keyExpression(column: SqlFragment): ValueExpression {
  return { text: column, ordered: true, present: sql`${column} <> ''` };
}

/** An id, compared as a number; a text that has not the form of an id equals none. */
export function idExpression(column: SqlFragment): ValueExpression {
  return {
    text: sql`format_resource_id(${column}) COLLATE "C"`,
    equals: (text) => (isResourceId(text) ? sql`${column} = ${idParameter(text)}` : sql`false`),
    present: sql`true`,
  };
}

/** A text that every row has. */
export function constantExpression(text: SqlFragment): ValueExpression {
  return { text: sql`(${text}) COLLATE "C"`, present: sql`true` };
}

/** The URI of a resource, in compared form and as a client reads it. `folder` is `/Users/` or `/Groups/`. */
export function referenceForms(
  baseUri: string,
  folder: SqlFragment,
  id: SqlFragment,
): readonly [compared: SqlFragment, written: SqlFragment] {
  const below = sql`${folder} || format_resource_id(${id})`;
  return [
    sql`${parameter(comparableBase(baseUri))}::text || ${below}`,
    sql`${parameter(baseUri)}::text || ${below}`,
  ];
}

/** The URI of a resource that exists. */
export function referenceExpression(
  baseUri: string,
  folder: SqlFragment,
  id: SqlFragment,
  more: Pick<ValueExpression, 'equals'> = {},
): ValueExpression {
  const [text, original] = referenceForms(baseUri, folder, id);
  return { ...constantExpression(text), original: sql`(${original}) COLLATE "C"`, ...more };
}

/** The endpoint and id in a URI in compared form; undefined for a URI that no resource below `baseUri` has. */
export function readReference(
  text: string,
  baseUri: string,
): { readonly endpoint: string; readonly id: string } | undefined {
  const base = comparableBase(baseUri);
  const [, endpoint = '', id = ''] = /^(\/Users|\/Groups)\/([^/]+)$/.exec(text.slice(base.length)) ?? [];
  return text.startsWith(base) && isResourceId(id) ? { endpoint, id } : undefined;
}

export function metaSource({ type, baseUri }: SourceContext): AttributeSource {
  return {
    value: (subAttribute) => {
      const name = subAttribute?.name ?? 'resourceType';
      switch (name) {
        case 'created':
          return instantExpression(sql`r.created`);
        case 'lastModified':
          return instantExpression(sql`r.last_modified`);
        case 'version':
          return constantExpression(sql`'W/"' || r.version || '"'`);
        case 'location':
          return referenceExpression(baseUri, sql`${parameter(`${type.endpoint}/`)}::text`, sql`r.id`, {
            equals: (text) => {
              const found = readReference(text, baseUri);
              return found?.endpoint === type.endpoint ? sql`r.id = ${idParameter(found.id)}` : sql`false`;
            },
          });
        default:
          return constantExpression(sql`${parameter(type.name)}::text`);
      }
    },
    present: sql`true`,
  };
}

function instantExpression(column: SqlFragment): ValueExpression {
  const text = sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') COLLATE "C"`;
  return { text, instant: column, present: sql`true` };
}

/** `schemas`: the schema of the type, and every extension of which the resource has attributes. */
export function schemasSource({ schema, schemaExtensions }: ResourceType): AttributeSource {
  const extensions = schemaExtensions.map(({ schema: { id } }) => {
    const urn = parameter(id);
    return sql`, CASE WHEN r.attributes ? ${urn}::text THEN ${urn}::text END`;
  });
  const urns = sql`ARRAY[${parameter(schema.id)}::text${join(extensions, sql``)}]`;
  return {
    elements: { from: sql`unnest(${urns}) e (value)`, where: sql`e.value IS NOT NULL` },
    value: () => constantExpression(sql`e.value`),
    present: sql`true`,
  };
}
