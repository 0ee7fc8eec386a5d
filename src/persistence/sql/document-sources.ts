import { type Json, type JsonObject } from '../../protocol/json.js';
import { type BoundAttribute } from '../../protocol/schema/attribute-path.js';
import { type AttributeDefinition } from '../../protocol/schema/schema.js';
import { searchesOriginalText } from '../../protocol/text/comparable-text.js';
import { type AttributeSource, type SourceContext, type ValueExpression } from './attribute-source.js';
import { likePattern } from './like.js';
import { referenceForms } from './row-sources.js';
import { parameter, sql, type SqlFragment } from './sql-fragment.js';

/** RFC 7643 §2.5: null and [] are unassigned, and here so are "" and {}; false and 0 are values. */
const PRESENT = '.** ? ((@.type() == "string" && @ != "") || @.type() == "number" || @.type() == "boolean")';

/** Values in the documents `search`, in compared form, and `attributes`, as they were sent. */
export function documentSource(target: BoundAttribute): AttributeSource {
  const path = pathOf(target);
  const present = presentIn(sql`r.search`, path);
  return target.attribute.multiValued
    ? { ...severalElements(target, path), present }
    : { ...oneElement(target, path), present };
}

function oneElement(target: BoundAttribute, path: readonly string[]): AttributeSource {
  const { attribute } = target;
  return {
    exists: sql`(r.search #> ${parameter(path)}::text[]) IS NOT NULL`,
    value: (subAttribute) => {
      const full = subAttribute ? [...path, subAttribute.name] : path;
      return {
        ...valueAt(ROW, subAttribute ?? attribute, subAttribute?.multiValued ? [...full, '0'] : full),
        equals: (text) => contains(nest(full, subAttribute?.multiValued ? [text] : text)),
        present: presentIn(ROW.compared, full),
      };
    },
    values: (subAttribute) => ({
      from: rowsOf(ROW, [...path, subAttribute.name], sql`v`),
      value: valueAt(PART, subAttribute, []),
    }),
  };
}

function severalElements(target: BoundAttribute, path: readonly string[]): AttributeSource {
  const { attribute } = target;
  const isEmail = target.extension === undefined && attribute.name === 'emails';
  return {
    elements: { from: rowsOf(ROW, path, sql`e`), where: sql`true` },
    value: (subAttribute) => {
      const own = subAttribute ? [subAttribute.name] : [];
      return {
        ...valueAt(ELEMENT, subAttribute ?? attribute, subAttribute?.multiValued ? [...own, '0'] : own),
        present: presentIn(ELEMENT.compared, own),
      };
    },
    values: (subAttribute) => ({
      from: rowsOf(ELEMENT, [subAttribute.name], sql`v`),
      value: valueAt(PART, subAttribute, []),
    }),
    holding: (element) => contains(nest(path, [element])),
    ...(isEmail ? { prefilter: emailsContaining } : {}),
  };
}

/** A part of both documents: of `search` and of `attributes`. */
interface Forms {
  readonly compared: SqlFragment;
  readonly original: SqlFragment;
}

const ROW: Forms = { compared: sql`r.search`, original: sql`r.attributes` };
const ELEMENT: Forms = { compared: sql`e.value`, original: sql`e.original` };
const PART: Forms = { compared: sql`v.value`, original: sql`v.original` };

/** One row for each value of the array at a path. */
function rowsOf({ compared, original }: Forms, path: readonly string[], alias: SqlFragment): SqlFragment {
  const query = sql`${parameter(`${jsonPath(path)}[*]`)}::jsonpath`;
  return sql`ROWS FROM (jsonb_path_query(${compared}, ${query}), jsonb_path_query(${original}, ${query}))
    WITH ORDINALITY ${alias} (value, original, place)`;
}

function valueAt(
  { compared, original }: Forms,
  definition: AttributeDefinition,
  path: readonly string[],
): ValueExpression {
  const steps = sql`${parameter(path)}::text[]`;
  return {
    text: sql`(${compared} #>> ${steps}) COLLATE "C"`,
    ...asWritten(definition, sql`(${original} #>> ${steps}) COLLATE "C"`),
    json: sql`(${compared} #> ${steps})`,
    present: presentIn(compared, path),
  };
}

function asWritten(attribute: AttributeDefinition, original: SqlFragment): { original?: SqlFragment } {
  return searchesOriginalText(attribute) ? { original } : {};
}

function emailsContaining(subAttribute: AttributeDefinition, text: string): SqlFragment | undefined {
  if (subAttribute.name !== 'value') return undefined;
  return sql`r.email_keys LIKE ${parameter(likePattern(text, 'anywhere'))}`;
}

/** The enterprise extension's `manager`: `value` as sent, the rest derived from the user whose id that is. */
export function managerSource(target: BoundAttribute, { baseUri }: SourceContext): AttributeSource {
  const source = documentSource(target);
  const path = parameter([...pathOf(target), 'value']);
  const named = sql`FROM scoped.users boss
    WHERE boss.id = (SELECT read_resource_id(r.attributes #>> ${path}::text[]))`;
  const ofBoss = (text: SqlFragment): SqlFragment => sql`(SELECT ${text} ${named}) COLLATE "C"`;
  const derived = (text: SqlFragment): ValueExpression => ({
    text: ofBoss(text),
    present: sql`EXISTS (SELECT 1 ${named})`,
  });
  return {
    ...source,
    value: (subAttribute) => {
      if (subAttribute?.name === 'displayName') {
        return derived(subAttribute.caseExact ? sql`boss.display` : sql`boss.display_key`);
      }
      if (subAttribute?.name === '$ref') {
        const [text, original] = referenceForms(baseUri, sql`'/Users/'`, sql`boss.id`);
        return { ...derived(text), original: ofBoss(original) };
      }
      return source.value(subAttribute);
    },
  };
}

function pathOf({ extension, attribute }: BoundAttribute): readonly string[] {
  return extension === undefined ? [attribute.name] : [extension, attribute.name];
}

function jsonPath(path: readonly string[]): string {
  return ['$', ...path.map((name) => JSON.stringify(name))].join('.');
}

function presentIn(document: SqlFragment, path: readonly string[]): SqlFragment {
  return sql`jsonb_path_exists(${document}, ${parameter(jsonPath(path) + PRESENT)}::jsonpath)`;
}

function contains(document: Json): SqlFragment {
  return sql`r.search @> ${parameter(JSON.stringify(document))}::jsonb`;
}

function nest(path: readonly string[], value: Json): Json {
  return path.reduceRight<Json>((inner, name): JsonObject => ({ [name]: inner }), value);
}
