import { type CompareLiteral, type Filter } from '../../../src/protocol/filter/filter.js';
import { printFilter } from '../../../src/protocol/filter/print-filter.js';

const MARKS = [
  ["'", "'"],
  ['\u2018', '\u2019'],
  ['\u201c', '\u201d'],
] as const;
const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;

/**
 * A filter as clients write it that know no JSON, and the lenient dialect has to take for the same: strings in other
 * quotation marks, numbers and booleans as strings.
 *
 * @param spelling which marks, and in which case booleans stand
 */
export function spellLeniently(filter: Filter, spelling: number): string {
  const [open, close] = MARKS[spelling % MARKS.length] ?? MARKS[0];
  return printFilter(withTexts(filter, spelling % 2 === 0)).replace(
    JSON_STRING,
    (text) => open + text.slice(1, -1).replaceAll(close, `\\${close}`) + close,
  );
}

function withTexts(filter: Filter, capital: boolean): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, operands: filter.operands.map((operand) => withTexts(operand, capital)) };
    case 'not':
      return { ...filter, operand: withTexts(filter.operand, capital) };
    case 'valuePath':
      return { ...filter, filter: withTexts(filter.filter, capital) };
    case 'compare':
      return { ...filter, value: asText(filter.value, capital) };
    case 'present':
      return filter;
  }
}

function asText({ value, column }: CompareLiteral, capital: boolean): CompareLiteral {
  if (value === null || typeof value === 'string') return { value, column };
  const text = String(value);
  return { value: capital ? text.replace(/^[tf]/, (first) => first.toUpperCase()) : text, column };
}
