import { type Dialect } from '../dialect/dialect.js';
import { invalidFilter, invalidPath } from '../error/scim-error.js';
import { problemOfNumber, problemOfText } from '../text/check-value.js';
import { type AttributeName, type CompareLiteral, type CompareOperator, type Filter } from './filter.js';
import { FilterLexer, type Token } from './filter.lexer.js';

/** How many parentheses and brackets may stand inside one another. */
export const MAX_FILTER_DEPTH = 50;

/** A PATCH path as typed (RFC 7644 §3.5.2): `name`, `name[filter]` or `name[filter].subName`. */
export interface ParsedPath {
  /** Everything in front of the bracket; without one, the whole path, `name.sub` and URN included. */
  readonly name: AttributeName;
  readonly filter?: Filter;
  readonly subName?: AttributeName;
}

export interface ParseOptions {
  /** `lenient` also reads `a[f].sub op v` and values without quotes. */
  readonly dialect: Dialect;
}

const COMPARE_OPERATORS: ReadonlySet<string> = new Set<CompareOperator>([
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'ge',
  'lt',
  'le',
]);
const OPERATORS = 'an operator (eq, ne, co, sw, ew, gt, ge, lt, le or pr)';
const NAME = 'an attribute name';
const SEGMENT = '[a-z$][\\w$-]*';
// What a URN ends in may be an attribute or the last part of a schema's name, such as `1.0`: bind decides, as it does
// on how many levels a name may have.
const ATTRIBUTE_NAME = new RegExp(`^(?:urn:\\S+:[^\\s:]+|${SEGMENT}(?:\\.${SEGMENT})*)$`, 'i');
const SUB_NAME = new RegExp(`^\\.${SEGMENT}$`, 'i');
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** Reads filters and PATCH paths (RFC 7644 §3.4.2.2, §3.5.2); keeps nothing between calls. */
export class FilterParser {
  /**
   * The filter as typed.
   * @throws ScimError 400 `invalidFilter`: "column N: expected …, found …".
   */
  parse(text: string, { dialect }: ParseOptions): Filter {
    const lexer = new FilterLexer(text);
    const filter = new Descent(lexer, dialect).disjunction();
    if (!lexer.is('end')) throw lexer.unexpected('"and", "or" or the end');
    return filter;
  }

  /**
   * The path as typed.
   * @throws ScimError 400 `invalidPath`, or `invalidFilter` for what stands between the brackets.
   */
  parsePath(text: string, { dialect }: ParseOptions): ParsedPath {
    const lexer = new FilterLexer(text, invalidPath);
    const descent = new Descent(lexer, dialect);
    const name = descent.name();
    const filter = lexer.is('[') ? descent.valueFilter() : undefined;
    const subName = filter && lexer.is('word') ? descent.subName() : undefined;
    if (!lexer.is('end')) throw lexer.unexpected('the end of the path');
    return { name, ...(filter && { filter }), ...(subName && { subName }) };
  }
}

/** Recursive descent over one text; every method reads one rule of the grammar. */
class Descent {
  private depth = 0;
  private inBrackets = false;

  constructor(
    private readonly lexer: FilterLexer,
    private readonly dialect: Dialect,
  ) {}

  /** conjunction *( "or" conjunction ) */
  disjunction(): Filter {
    const operands = [this.conjunction()];
    while (this.lexer.isWord('or')) {
      this.lexer.take();
      operands.push(this.conjunction());
    }
    return combine('or', operands);
  }

  /** term *( "and" term ) */
  private conjunction(): Filter {
    const operands = [this.term()];
    while (this.lexer.isWord('and')) {
      this.lexer.take();
      operands.push(this.term());
    }
    return combine('and', operands);
  }

  /** [ "not" ] "(" disjunction ")" / expression */
  private term(): Filter {
    if (this.lexer.isWord('not')) {
      this.lexer.take();
      if (!this.lexer.is('(')) throw this.lexer.unexpected('"(" behind "not"');
      return { kind: 'not', operand: this.group() };
    }
    if (this.lexer.is('(')) return this.group();
    if (this.lexer.isWord('and') || this.lexer.isWord('or')) throw this.lexer.unexpected(NAME);
    return this.expression();
  }

  /** The filter between parentheses, and the parentheses. */
  private group(): Filter {
    const filter = this.nested(this.lexer.take(), () => this.disjunction());
    if (!this.lexer.is(')')) throw this.lexer.unexpected('"and", "or" or ")"');
    this.lexer.take();
    return filter;
  }

  /** name "pr" / name operator value / name "[" disjunction "]" */
  private expression(): Filter {
    const name = this.name();
    if (!this.lexer.is('[')) return this.comparison(name);
    if (this.inBrackets) throw this.lexer.unexpected(`${OPERATORS}, since value paths do not nest`);
    const filter = this.valueFilter();
    const isSubName = this.lexer.is('word') && this.lexer.token.text.startsWith('.');
    if (!isSubName || this.dialect === 'strict') return { kind: 'valuePath', name, filter };
    // `emails[type eq "work"].value eq "x"` is about one element: both halves belong inside the brackets.
    const comparison = this.comparison(this.subName());
    return { kind: 'valuePath', name, filter: combine('and', [filter, comparison]) };
  }

  private comparison(name: AttributeName): Filter {
    const operator = this.lexer.token.text.toLowerCase();
    if (operator !== 'pr' && !isCompareOperator(operator)) throw this.lexer.unexpected(OPERATORS);
    this.lexer.take();
    if (operator === 'pr') return { kind: 'present', name };
    return { kind: 'compare', name, operator, value: this.literal() };
  }

  /** The filter between brackets, and the brackets. */
  valueFilter(): Filter {
    const refuseOutside = this.lexer.refusal;
    this.lexer.refusal = invalidFilter;
    const open = this.lexer.take();
    this.inBrackets = true;
    const filter = this.nested(open, () => this.disjunction());
    this.inBrackets = false;
    if (!this.lexer.is(']')) throw this.lexer.unexpected('"and", "or" or "]"');
    this.lexer.refusal = refuseOutside;
    this.lexer.take();
    return filter;
  }

  name(): AttributeName {
    const { text, column } = this.lexer.token;
    if (!ATTRIBUTE_NAME.test(text)) throw this.lexer.unexpected(NAME);
    this.lexer.take();
    return { text, column };
  }

  /** A dot and one name, behind the bracket of a value path. */
  subName(): AttributeName {
    const { text, column } = this.lexer.token;
    if (!SUB_NAME.test(text)) throw this.lexer.unexpected('"." and a sub-attribute');
    this.lexer.take();
    return { text: text.slice(1), column: column + 1 };
  }

  /** A value in the form of JSON (RFC 7644 §3.4.2.2); in lenient also one without quotes. */
  private literal(): CompareLiteral {
    if (this.lexer.is('string')) {
      const { text, column } = this.lexer.take();
      return { value: this.string(text, column), column };
    }
    const bare = this.lexer.takeBare(this.inBrackets);
    if (!bare) throw this.lexer.unexpected('a value');
    const { text: source, column } = bare;
    if (source === 'true' || source === 'false') return { value: source === 'true', column, source };
    if (source === 'null') return { value: null, column, source };
    const number = Number(source);
    const problem = NUMBER.test(source) ? problemOfNumber(number) : 'is not quoted';
    if (problem === undefined) return { value: number, column, source };
    if (this.dialect === 'lenient') return { value: source, column, source };
    throw this.lexer.refusal(
      `column ${column}: expected a quoted string, a number, true, false or null, found a value that ${problem}`,
    );
  }

  private string(text: string, column: number): string {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Refused below, as what is no string.
    }
    if (typeof value !== 'string') {
      throw this.lexer.refusal(
        `column ${column}: expected a JSON string, found one with a control character or a broken escape`,
      );
    }
    const problem = problemOfText(value);
    if (problem === undefined) return value;
    throw this.lexer.refusal(
      `column ${column}: expected text that can be stored, found a string that ${problem}`,
    );
  }

  private nested(open: Token, read: () => Filter): Filter {
    if (++this.depth > MAX_FILTER_DEPTH) {
      throw this.lexer.unexpected(`at most ${MAX_FILTER_DEPTH} brackets inside one another`, open);
    }
    const filter = read();
    this.depth -= 1;
    return filter;
  }
}

function isCompareOperator(word: string): word is CompareOperator {
  return COMPARE_OPERATORS.has(word);
}

/** One node for a chain of the same word: `(a and b) and c` means `a and b and c`. */
function combine(kind: 'and' | 'or', operands: readonly Filter[]): Filter {
  const [first] = operands;
  if (first && operands.length === 1) return first;
  return { kind, operands: operands.flatMap((part) => (part.kind === kind ? part.operands : [part])) };
}
