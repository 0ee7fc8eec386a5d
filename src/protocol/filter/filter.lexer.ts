import { invalidFilter, type ScimError } from '../error/scim-error.js';
import { problemOfText } from '../text/check-value.js';
import { markedText } from './quotation-marks.js';

/** How large a filter or path may be. */
export interface FilterLimits {
  /** In UTF-16 code units. */
  readonly length: number;
  /** Words, literals and brackets. */
  readonly tokens: number;
}

/** The largest that there may be. */
export const FILTER_LIMITS: FilterLimits = { length: 16_384, tokens: 2_000 };

/** How many characters of a word an error repeats. */
const SHOWN_LENGTH = 40;
const BLANKS = /\s*/y;
const WORD = /[^\s()[\]"]+/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const UNQUOTED = /[^\s)]+/y;
const UNQUOTED_IN_BRACKETS = /[^\s)\]]+/y;

export interface Token {
  /** A `word` is everything but brackets and quoted strings: a name, an operator, a number. */
  readonly kind: 'word' | 'string' | '(' | ')' | '[' | ']' | 'end';
  /** The token as it stands in the text. */
  readonly text: string;
  /** Where the token begins, counted from 1 in UTF-16 code units. */
  readonly column: number;
}

/**
 * Cuts a filter or PATCH path into tokens. It reads one token ahead of the parser and words the parser's errors.
 *
 * The constructor, {@link take}, {@link takeMarked} and {@link takeUnquoted} throw the error that {@link refusal} makes: for a text or a
 * number of tokens over the limit, text that cannot be stored, or a string without its closing quote.
 */
export class FilterLexer {
  /**
   * Makes an error from its detail. The parser sets it by what it reads: an error in a path is `invalidPath`, one in
   * the filter between its brackets `invalidFilter`.
   */
  refusal: (detail: string) => ScimError;
  private current: Token;
  private position = 0;
  private count = 0;

  constructor(
    private readonly text: string,
    refusal: (detail: string) => ScimError = invalidFilter,
    private readonly limits = FILTER_LIMITS,
  ) {
    this.refusal = refusal;
    const { length } = limits;
    if (text.length > length) {
      throw refusal(`column ${length + 1}: expected at most ${length} characters, found more`);
    }
    const problem = problemOfText(text);
    if (problem !== undefined) throw refusal(`the text ${problem}`);
    this.current = this.scan();
  }

  /** The next token, which stays the next one. */
  get token(): Token {
    return this.current;
  }

  /** The next token; the one after it becomes the next. */
  take(): Token {
    const taken = this.current;
    this.current = this.scan();
    return taken;
  }

  is(kind: Token['kind']): boolean {
    return this.current.kind === kind;
  }

  /** Whether the next token is this word, which is given in lower case; the token's case does not count. */
  isWord(word: string): boolean {
    return this.current.text.toLowerCase() === word;
  }

  /**
   * Takes a value without quotes: all characters up to a blank or `)` and, inside the brackets of a value path, up to
   * `]`. Undefined if there are none.
   */
  takeUnquoted(inBrackets: boolean): Pick<Token, 'text' | 'column'> | undefined {
    const { column } = this.current;
    const text = this.match(inBrackets ? UNQUOTED_IN_BRACKETS : UNQUOTED, column - 1);
    if (text === '') return undefined;
    this.position = column - 1 + text.length;
    this.current = this.scan();
    return { text, column };
  }

  /**
   * Takes a value in other quotation marks than `"`: {@link markedText} says in which. Undefined where none begins here.
   * Throws where one begins and does not end in front of a blank, a bracket or the end.
   */
  takeMarked(): Pick<Token, 'text' | 'column'> | undefined {
    const { column, text: word } = this.current;
    const pattern = markedText(word.charAt(0));
    if (!pattern) return undefined;
    const text = this.match(pattern, column - 1);
    if (text === '') {
      throw this.refusal(
        `column ${column}: expected a value in quotation marks that belong together, such as "work"`,
      );
    }
    this.position = column - 1 + text.length;
    this.current = this.scan();
    return { text, column };
  }

  /** The error for a token in the wrong place: its column, what was expected, what was found. */
  unexpected(expected: string, token: Token = this.current): ScimError {
    return this.refusal(`column ${token.column}: expected ${expected}, found ${this.describe(token)}`);
  }

  private scan(): Token {
    this.position += this.match(BLANKS, this.position).length;
    const column = this.position + 1;
    const first = this.text.charAt(this.position);
    if (first === '') return { kind: 'end', text: first, column };
    const { tokens } = this.limits;
    if (++this.count > tokens) {
      throw this.refusal(`column ${column}: expected at most ${tokens} words and brackets, found more`);
    }
    if (first === '(' || first === ')' || first === '[' || first === ']') {
      this.position += 1;
      return { kind: first, text: first, column };
    }
    const kind = first === '"' ? 'string' : 'word';
    const text = this.match(kind === 'string' ? STRING : WORD, this.position);
    if (text === '') throw this.refusal(`column ${column}: expected a closing quote, found the end`);
    this.position += text.length;
    return { kind, text, column };
  }

  /** The text that a sticky pattern matches at the position; empty if it does not match. */
  private match(pattern: RegExp, position: number): string {
    pattern.lastIndex = position;
    return pattern.exec(this.text)?.[0] ?? '';
  }

  /** Names a token without repeating values: errors are logged, and values may be personal data. */
  private describe({ kind, text }: Token): string {
    if (kind === 'end') return 'the end';
    if (kind === 'string') return 'a string';
    if (kind !== 'word') return `"${text}"`;
    if (/password/i.test(this.text)) return 'another word';
    return text.length > SHOWN_LENGTH ? `"${text.slice(0, SHOWN_LENGTH)}…"` : `"${text}"`;
  }
}
