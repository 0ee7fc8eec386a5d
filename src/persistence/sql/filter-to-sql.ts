import { type BoundFilter, type BoundValue, type CompareOperator } from '../../protocol/filter/filter.js';
import { type Json, type JsonObject } from '../../protocol/json.js';
import { type BoundAttribute } from '../../protocol/schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeSource, type SourceContext, type ValueExpression } from './attribute-source.js';
import { sourceOf } from './find-source.js';
import { MEMBER_ROWS, membersSource } from './derived-sources.js';
import { likePattern } from './like.js';
import { prefixEnd } from './prefix-range.js';
import { idParameter } from './resource-id.js';
import { join, parameter, sql, type SqlFragment } from './sql-fragment.js';

type Comparison = Extract<BoundFilter, { kind: 'compare' }>;
type ValuePath = Extract<BoundFilter, { kind: 'valuePath' }>;

/** How the leaves of a filter are judged: on a whole resource, or on one element of a value path. */
interface Judge {
  readonly compare: (comparison: Comparison) => SqlFragment;
  readonly present: (target: BoundAttribute) => SqlFragment;
  readonly valuePath: (path: ValuePath) => SqlFragment;
}

/**
 * A filter as a condition on a row `r` of scoped.users or scoped.groups. It finds what `evaluateFilter` finds, so that
 * the rules of RFC 7644 §3.4.2.2 for operators hold in both.
 */
export function filterToSql(
  filter: BoundFilter,
  type: ResourceType,
  context: { readonly baseUri: string },
): SqlFragment {
  return compile(filter, new ResourceJudge({ type, baseUri: context.baseUri }));
}

/**
 * The ids of a group's members for which a filter on sub-attributes of `members` holds, as a subquery.
 * A `$ref` is compared in its relative form, such as `/Users/…`: a write does not know the base URI.
 */
export function memberFilterToSql(filter: BoundFilter, type: ResourceType, groupId: string): SqlFragment {
  const condition = compile(filter, new ElementJudge(membersSource({ type, baseUri: '' })));
  return sql`SELECT m.member_id FROM ${MEMBER_ROWS}
    WHERE m.group_id = ${idParameter(groupId)} AND ${condition}`;
}

function compile(filter: BoundFilter, judge: Judge): SqlFragment {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const operands = filter.operands.map((operand) => compile(operand, judge));
      return sql`(${join(operands, filter.kind === 'and' ? sql` AND ` : sql` OR `)})`;
    }
    case 'not':
      return isNot(compile(filter.operand, judge));
    case 'compare':
      return judge.compare(filter);
    case 'present':
      return judge.present(filter.target);
    case 'valuePath':
      return judge.valuePath(filter);
    case 'constant':
      return filter.value ? sql`true` : sql`false`;
  }
}

class ResourceJudge implements Judge {
  constructor(private readonly context: SourceContext) {}

  compare(comparison: Comparison): SqlFragment {
    const { target, operator, value } = comparison;
    const source = sourceOf(target, this.context);
    if (!source.elements) return compareElement(source, comparison);
    const { subAttribute } = target;
    if (operator === 'ne') {
      const differs = compareElement(source, comparison);
      return sql`(SELECT coalesce(bool_or(${differs}), true)
        FROM ${source.elements.from} WHERE ${source.elements.where})`;
    }
    if (operator === 'eq' && value.type === 'text') {
      const held = source.holding?.(elementWith(subAttribute, value.value));
      if (held) return held;
    }
    const condition = compareElement(source, comparison);
    return all([...prefilters(source, [comparison]), exists(source.elements, condition)]);
  }

  present(target: BoundAttribute): SqlFragment {
    const source = sourceOf(target, this.context);
    if (!target.subAttribute && source.present) return source.present;
    const { present } = source.value(target.subAttribute);
    return source.elements ? exists(source.elements, present) : present;
  }

  valuePath({ target, filter }: ValuePath): SqlFragment {
    const source = sourceOf(target, this.context);
    const condition = compile(filter, new ElementJudge(source));
    if (!source.elements) return all([...(source.exists ? [source.exists] : []), condition]);
    const { terms, others } = equalities(filter);
    const held = Object.keys(terms).length > 0 ? source.holding?.(terms) : undefined;
    if (held && others.length === 0) return held;
    // Not both: the planner would choose the equalities, which it takes for rare, and `type eq "work"` is common.
    const parts = prefilters(source, others);
    const indexed = parts.length > 0 || !held ? parts : [held];
    return all([...indexed, exists(source.elements, condition)]);
  }
}

class ElementJudge implements Judge {
  constructor(private readonly source: AttributeSource) {}

  compare(comparison: Comparison): SqlFragment {
    return compareElement(this.source, comparison);
  }

  present({ subAttribute }: BoundAttribute): SqlFragment {
    return this.source.value(subAttribute).present;
  }

  valuePath(): SqlFragment {
    throw new Error('a value path cannot stand in a value path');
  }
}

/** An element that is the text, or whose sub-attribute is the text or has it among its values. */
function elementWith(subAttribute: AttributeDefinition | undefined, text: string): Json {
  if (!subAttribute) return text;
  return { [subAttribute.name]: subAttribute.multiValued ? [text] : text };
}

/** The comparison on one element; `ne` holds where the element lacks the value. */
function compareElement(source: AttributeSource, comparison: Comparison): SqlFragment {
  const { target, operator, value } = comparison;
  const { subAttribute } = target;
  if (subAttribute?.multiValued && source.values) {
    return compareValues(source.values(subAttribute), comparison);
  }
  const expression = source.value(subAttribute);
  if (operator === 'ne') return isNot(compareValue(expression, target, 'eq', value));
  return compareValue(expression, target, operator, value);
}

/** The comparison on the values of one element's sub-attribute: any of them, and `ne` also where there is none. */
function compareValues(
  { from, value: expression }: { from: SqlFragment; value: ValueExpression },
  { target, operator, value }: Comparison,
): SqlFragment {
  if (operator === 'ne') {
    const differs = isNot(compareValue(expression, target, 'eq', value));
    return sql`(SELECT coalesce(bool_or(${differs}), true) FROM ${from})`;
  }
  return exists({ from, where: sql`true` }, compareValue(expression, target, operator, value));
}

const SYMBOLS = { eq: sql`=`, gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=` };

function compareValue(
  expression: ValueExpression,
  target: BoundAttribute,
  operator: Exclude<CompareOperator, 'ne'>,
  value: BoundValue,
): SqlFragment {
  if (value.type === 'text') return compareText(expression, operator, value.value);
  const json = expression.json ?? sql`NULL::jsonb`;
  if (value.type === 'boolean') {
    const literal = sql`${parameter(String(value.value))}::jsonb`;
    return isPrimary(target) ? sql`coalesce(${json}, 'false') = ${literal}` : sql`${json} = ${literal}`;
  }
  if (operator === 'co' || operator === 'sw' || operator === 'ew') return sql`false`;
  const number = sql`CASE WHEN jsonb_typeof(${json}) = 'number' THEN (${json})::numeric END`;
  return sql`(${number}) ${SYMBOLS[operator]} ${parameter(value.value)}::numeric`;
}

function compareText(
  expression: ValueExpression,
  operator: Exclude<CompareOperator, 'ne'>,
  literal: string,
): SqlFragment {
  const { text, original = text, instant, equals } = expression;
  if (operator === 'co') return sql`${original} LIKE ${parameter(likePattern(literal, 'anywhere'))}`;
  if (operator === 'ew') return sql`${original} LIKE ${parameter(likePattern(literal, 'end'))}`;
  if (operator === 'sw') {
    return expression.ordered
      ? prefixRange(text, literal)
      : sql`starts_with(${original}, ${parameter(literal)})`;
  }
  if (operator === 'eq' && equals) return equals(literal);
  // The literal is an instant in UTC, written without its offset.
  if (instant) return sql`${instant} ${SYMBOLS[operator]} ${parameter(`${literal}Z`)}::timestamptz`;
  return sql`${text} ${SYMBOLS[operator]} ${parameter(literal)}`;
}

function prefixRange(text: SqlFragment, prefix: string): SqlFragment {
  const from = sql`${text} >= ${parameter(prefix)}`;
  const end = prefixEnd(prefix);
  return end === undefined ? from : sql`(${from} AND ${text} < ${parameter(end)})`;
}

/** RFC 7643 §2.4: an absent `primary` counts as false, so it is read with a default. */
function isPrimary({ attribute, subAttribute }: BoundAttribute): boolean {
  return attribute.multiValued && subAttribute?.name === 'primary';
}

/**
 * `terms`: the equalities of an `and`, as one object that an element has to contain. `others`: the conditions that such
 * an object cannot say. `eq false` is one of these, since it also holds where the value is missing.
 */
function equalities(filter: BoundFilter): { terms: JsonObject; others: readonly BoundFilter[] } {
  const terms = new Map<string, Json>();
  const others: BoundFilter[] = [];
  for (const operand of filter.kind === 'and' ? filter.operands : [filter]) {
    const term = equality(operand);
    if (term && (terms.get(term.name) ?? term.value) === term.value) terms.set(term.name, term.value);
    else others.push(operand);
  }
  return { terms: Object.fromEntries(terms), others };
}

function equality(filter: BoundFilter): { name: string; value: Json } | undefined {
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  const { target, value } = filter;
  const wanted = value.type === 'text' || value.value === true ? value.value : undefined;
  if (!target.subAttribute || typeof wanted === 'number' || !wanted) return undefined;
  const { name, multiValued } = target.subAttribute;
  return { name, value: multiValued ? [wanted] : wanted };
}

/** Weaker conditions that follow from the filters and that an index answers. */
function prefilters(source: AttributeSource, filters: readonly BoundFilter[]): readonly SqlFragment[] {
  return filters.flatMap((filter) => {
    if (filter.kind !== 'compare' || filter.value.type !== 'text' || !isPart(filter.operator)) return [];
    const { subAttribute } = filter.target;
    const found = subAttribute && source.prefilter?.(subAttribute, filter.value.value);
    return found ? [found] : [];
  });
}

function isPart(operator: CompareOperator): boolean {
  return operator === 'co' || operator === 'sw' || operator === 'ew';
}

function exists(elements: { from: SqlFragment; where: SqlFragment }, condition: SqlFragment): SqlFragment {
  return sql`EXISTS (SELECT 1 FROM ${elements.from} WHERE ${elements.where} AND ${condition})`;
}

function all(conditions: readonly SqlFragment[]): SqlFragment {
  return sql`(${join(conditions, sql` AND `)})`;
}

/** A comparison with a missing value is NULL in SQL, and counts as false before it is negated. */
function isNot(condition: SqlFragment): SqlFragment {
  return sql`((${condition}) IS NOT TRUE)`;
}
