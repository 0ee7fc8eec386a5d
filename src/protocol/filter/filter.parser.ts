import { type Dialect } from '../dialect/dialect.js';
import { invalidFilter, invalidPath } from '../error/scim-error.js';
import { isNumberText, numberFrom } from '../json.js';
import { problemOfNumber, problemOfText } from '../text/check-value.js';
import { type AttributeName, type CompareLiteral, type CompareOperator, type Filter } from './filter.js';
import { FILTER_LIMITS, FilterLexer, type Token } from './filter.lexer.js';
import { asJsonString, hasStrayMark } from './quotation-marks.js';

/** How deep parentheses and brackets may be nested. */
export const MAX_FILTER_DEPTH = 50;

/** A PATCH path as typed. RFC 7644 §3.5.2 has the forms `name`, `name[filter]` and `name[filter].subName`. */
export interface ParsedPath {
  /** Everything in front of the bracket, or the whole path if there is none: URN and `.sub` are part of it. */
  readonly name: AttributeName;
  readonly filter?: Filter;
  readonly subName?: AttributeName;
}

export interface ParseOptions {
  /** `lenient` also accepts `a[f].sub op v`, `a[f] op v`, strings in other quotation marks and strings without any. */
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
// The last part of a URN may be an attribute or belong to the schema's name, such as `1.0`. Binding tells them apart;
// it also refuses names with too many levels.
const ATTRIBUTE_NAME = new RegExp(`^(?:urn:\\S+:[^\\s:]+|${SEGMENT}(?:\\.${SEGMENT})*)$`, 'i');
const SUB_NAME = new RegExp(`^\\.${SEGMENT}$`, 'i');

/**
 * Parses filters by the grammar of RFC 7644 §3.4.2.2, and PATCH paths by that of §3.5.2. It keeps no state between
 * calls.
 */
export class FilterParser {
  constructor(private readonly limits = FILTER_LIMITS) {}

  /**
   * Parses a filter. RFC 7644 §3.4.2.2: `not` binds closer than `and`, and `and` closer than `or`; the case of
   * operators does not count.
   *
   * @throws ScimError 400 `invalidFilter`: "column N: expected …, found …"
   */
  parse(text: string, { dialect }: ParseOptions): Filter {
    const lexer = new FilterLexer(text, undefined, this.limits);
    const filter = new Descent(lexer, dialect).disjunction();
    if (!lexer.is('end')) throw lexer.unexpected('"and", "or" or the end');
    return filter;
  }

  /**
   * Parses a PATCH path.
   *
   * @throws ScimError 400 `invalidPath`, or `invalidFilter` for an error between the brackets
   */
  parsePath(text: string, { dialect }: ParseOptions): ParsedPath {
    const lexer = new FilterLexer(text, invalidPath, this.limits);
    const descent = new Descent(lexer, dialect);
    const name = descent.name();
    const filter = lexer.is('[') ? descent.valueFilter() : undefined;
    const subName = filter && lexer.is('word') ? descent.subName() : undefined;
    if (!lexer.is('end')) throw lexer.unexpected('the end of the path');
    return { name, ...(filter && { filter }), ...(subName && { subName }) };
  }
}

/** A recursive-descent parser for one text. Each method reads one rule of the grammar, printed above it in ABNF. */
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

  /** "(" disjunction ")" */
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
    const compared = this.dialect === 'lenient' ? this.comparedPart() : undefined;
    if (!compared) return { kind: 'valuePath', name, filter };
    // `emails[type eq "work"].value eq "x"` asks both of one element, as `emails[type eq "work" and value eq "x"]`
    // does.
    return { kind: 'valuePath', name, filter: combine('and', [filter, this.comparison(compared)]) };
  }

  /** What is compared behind the brackets of a value path: the part that is named there, or `value` where none is. */
  private comparedPart(): AttributeName | undefined {
    const { kind, text, column } = this.lexer.token;
    if (kind !== 'word') return undefined;
    if (text.startsWith('.')) return this.subName();
    return isOperator(text.toLowerCase()) ? { text: 'value', column } : undefined;
  }

  /** "pr" / operator value */
  private comparison(name: AttributeName): Filter {
    const operator = this.lexer.token.text.toLowerCase();
    if (!isOperator(operator)) throw this.lexer.unexpected(OPERATORS);
    this.lexer.take();
    if (operator === 'pr') return { kind: 'present', name };
    return { kind: 'compare', name, operator, value: this.literal() };
  }

  /** "[" disjunction "]" */
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

  /** "." name, behind the brackets of a value path */
  subName(): AttributeName {
    const { text, column } = this.lexer.token;
    if (!SUB_NAME.test(text)) throw this.lexer.unexpected('"." and a sub-attribute');
    this.lexer.take();
    return { text: text.slice(1), column: column + 1 };
  }

  /**
   * RFC 7644 §3.4.2.2: a value is false, true, null, a number or a string, each in the form of JSON. The lenient
   * dialect also takes single and curly quotation marks for those of a string, and anything else without quotes for a
   * string. A mark that is left over would become part of a value that nobody has, so it is refused.
   */
  private literal(): CompareLiteral {
    if (this.lexer.is('string')) {
      const { text, column } = this.lexer.take();
      return { value: this.string(text, column), column };
    }
    const marked = this.dialect === 'lenient' ? this.lexer.takeMarked() : undefined;
    if (marked) {
      return { value: this.string(asJsonString(marked.text), marked.column), column: marked.column };
    }
    const unquoted = this.lexer.takeUnquoted(this.inBrackets);
    if (!unquoted) throw this.lexer.unexpected('a value');
    const { text: source, column } = unquoted;
    if (source === 'true' || source === 'false') return { value: source === 'true', column, source };
    if (source === 'null') return { value: null, column, source };
    const problem = isNumberText(source) ? problemOfNumber(numberFrom(source)) : 'is not quoted';
    if (problem === undefined) return { value: Number(source), column, source };
    if (this.dialect === 'lenient' && !hasStrayMark(source)) return { value: source, column, source };
    const found = hasStrayMark(source) ? 'has a stray quotation mark' : problem;
    throw this.lexer.refusal(
      `column ${column}: expected a quoted string, a number, true, false or null, found a value that ${found}`,
    );
  }

  private string(text: string, column: number): string {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // `value` stays undefined, which is refused below.
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

function isOperator(word: string): word is CompareOperator | 'pr' {
  return word === 'pr' || COMPARE_OPERATORS.has(word);
}

/** Joins operands in one node. Nested chains of the same word become one: `(a and b) and c` is `a and b and c`. */
function combine(kind: 'and' | 'or', operands: readonly Filter[]): Filter {
  const [first] = operands;
  if (first && operands.length === 1) return first;
  return { kind, operands: operands.flatMap((part) => (part.kind === kind ? part.operands : [part])) };
}
