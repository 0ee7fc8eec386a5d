import { type CompareLiteral, type Filter } from './filter.js';

/**
 * The canonical text of a filter: single blanks, operators in lower case, parentheses only where the precedence of
 * `not`, `and` and `or` needs them. Parsing the text gives the same filter, apart from columns.
 */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'or':
      return filter.operands.map(printFilter).join(' or ');
    case 'and':
      return filter.operands
        .map((operand) => (operand.kind === 'or' ? `(${printFilter(operand)})` : printFilter(operand)))
        .join(' and ');
    case 'not':
      return `not (${printFilter(filter.operand)})`;
    case 'compare':
      return `${filter.name.text} ${filter.operator} ${printLiteral(filter.value)}`;
    case 'present':
      return `${filter.name.text} pr`;
    case 'valuePath':
      return `${filter.name.text}[${printFilter(filter.filter)}]`;
  }
}

function printLiteral({ value, source }: CompareLiteral): string {
  // The source keeps the difference between 1.0 and 1, which counts where the attribute is a string.
  return typeof value === 'string' ? JSON.stringify(value) : (source ?? JSON.stringify(value));
}
