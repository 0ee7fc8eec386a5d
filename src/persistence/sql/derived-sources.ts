import { isJsonObject, type Json } from '../../protocol/json.js';
import { type AttributeDefinition } from '../../protocol/schema/schema.js';
import { comparableText } from '../../protocol/text/comparable-text.js';
import { type AttributeSource, type SourceContext, type ValueExpression } from './attribute-source.js';
import { idParameter, isResourceId } from './resource-id.js';
import { constantExpression, idExpression, readReference, referenceExpression } from './row-sources.js';
import { parameter, sql, type SqlFragment } from './sql-fragment.js';

/** The rows behind `members`; a condition has to say of which group. */
export const MEMBER_ROWS = sql`scoped.memberships m
  LEFT JOIN scoped.users mu ON mu.id = m.member_user_id
  LEFT JOIN scoped.groups mg ON mg.id = m.member_group_id`;

/** `Group.members`: rows of memberships. */
export function membersSource({ baseUri }: SourceContext): AttributeSource {
  const isUser = sql`m.member_user_id IS NOT NULL`;
  return {
    elements: { from: MEMBER_ROWS, where: sql`m.group_id = r.id` },
    value: (subAttribute) => {
      if (!subAttribute) return idExpression(sql`m.member_id`);
      switch (subAttribute.name) {
        case 'type':
          return kindExpression(subAttribute, isUser, 'User', 'Group');
        case 'display':
          return displayExpression(
            subAttribute.caseExact
              ? sql`coalesce(mu.display, mg.display_name)`
              : sql`coalesce(mu.display_key, mg.display_name_key)`,
          );
        case '$ref': {
          const folder = sql`CASE WHEN ${isUser} THEN '/Users/' ELSE '/Groups/' END`;
          return referenceExpression(baseUri, folder, sql`m.member_id`);
        }
        default:
          return idExpression(sql`m.member_id`);
      }
    },
    holding: onlyIdentity(baseUri, (id, endpoint) => {
      const asUser = sql`SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = ${id}`;
      const asGroup = sql`SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = ${id}`;
      if (endpoint === undefined) return sql`r.id IN (${asUser} UNION ALL ${asGroup})`;
      return sql`r.id IN (${endpoint === '/Users' ? asUser : asGroup})`;
    }),
  };
}

/** `User.groups`: the groups that the user is in, directly or through other groups. */
export function groupsSource({ baseUri }: SourceContext): AttributeSource {
  return {
    elements: {
      from: sql`scoped.groups_of(r.id) o JOIN scoped.groups g ON g.id = o.group_id`,
      where: sql`true`,
    },
    value: (subAttribute) => {
      if (!subAttribute) return idExpression(sql`g.id`);
      switch (subAttribute.name) {
        case 'type':
          return kindExpression(subAttribute, sql`o.direct`, 'direct', 'indirect');
        case 'display':
          return displayExpression(subAttribute.caseExact ? sql`g.display_name` : sql`g.display_name_key`);
        case '$ref':
          return referenceExpression(baseUri, sql`'/Groups/'`, sql`g.id`);
        default:
          return idExpression(sql`g.id`);
      }
    },
    holding: onlyIdentity(baseUri, (id, endpoint = '/Groups') => {
      if (endpoint !== '/Groups') return sql`false`;
      return sql`r.id IN (
        SELECT b.member_user_id FROM scoped.members_below(${id}) b WHERE b.member_user_id IS NOT NULL)`;
    }),
  };
}

function kindExpression(
  definition: AttributeDefinition,
  condition: SqlFragment,
  yes: string,
  no: string,
): ValueExpression {
  const [first, second] = [yes, no].map((word) => sql`${parameter(comparableText(definition, word))}::text`);
  return constantExpression(sql`CASE WHEN ${condition} THEN ${first ?? sql``} ELSE ${second ?? sql``} END`);
}

function displayExpression(column: SqlFragment): ValueExpression {
  return { text: sql`(${column}) COLLATE "C"`, present: sql`${column} <> ''` };
}

/** Serves an element that is given by its `value` or its `$ref` alone; a `$ref` also tells the endpoint. */
function onlyIdentity(
  baseUri: string,
  find: (id: SqlFragment, endpoint?: string) => SqlFragment,
): (element: Json) => SqlFragment | undefined {
  return (element) => {
    if (!isJsonObject(element)) return undefined;
    const [[name, text] = [], ...others] = Object.entries(element);
    if ((name !== 'value' && name !== '$ref') || typeof text !== 'string' || others.length > 0)
      return undefined;
    const reference = name === '$ref' ? readReference(text, baseUri) : undefined;
    const id = name === '$ref' ? reference?.id : text;
    if (id === undefined || !isResourceId(id)) return sql`false`;
    return find(idParameter(id), reference?.endpoint);
  };
}
