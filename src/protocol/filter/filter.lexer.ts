import { invalidFilter, type ScimError } from '../error/scim-error.js';
import { problemOfText } from '../text/check-value.js';

/** Longest text of a filter or path, in UTF-16 units. */
export const MAX_FILTER_LENGTH = 16_384;
/** Most words, literals and brackets in one filter or path. */
export const MAX_FILTER_TOKENS = 2_000;

/** How much of a word an error repeats. */
const SHOWN_LENGTH = 40;
const BLANKS = /\s*/y;
const WORD = /[^\s()[\]"]+/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const BARE = /[^\s)]+/y;
const BARE_IN_BRACKETS = /[^\s)\]]+/y;

export interface Token {
  /** A `word` is anything that is no bracket and no string: a name, an operator, a number. */
  readonly kind: 'word' | 'string' | '(' | ')' | '[' | ']' | 'end';
  /** The token as it stands in the text. */
  readonly text: string;
  /** Column from 1, in UTF-16 units. */
  readonly column: number;
}

/** Cuts a filter or PATCH path into tokens, one ahead of the parser, and words its errors. */
export class FilterLexer {
  /** Makes the refusal of the part being read: a path and the filter inside it are refused differently. */
  refusal: (detail: string) => ScimError;
  private current: Token;
  private position = 0;
  private count = 0;

  constructor(
    private readonly text: string,
    refusal: (detail: string) => ScimError = invalidFilter,
  ) {
    this.refusal = refusal;
    if (text.length > MAX_FILTER_LENGTH) {
      throw refusal(
        `column ${MAX_FILTER_LENGTH + 1}: expected at most ${MAX_FILTER_LENGTH} characters, found more`,
      );
    }
    const problem = problemOfText(text);
    if (problem !== undefined) throw refusal(`the text ${problem}`);
    this.current = this.scan();
  }

  /** The token that comes next. */
  get token(): Token {
    return this.current;
  }

  /** Takes the next token and moves behind it. */
  take(): Token {
    const taken = this.current;
    this.current = this.scan();
    return taken;
  }

  /** Whether the next token is of this kind. */
  is(kind: Token['kind']): boolean {
    return this.current.kind === kind;
  }

  /** Whether the next token is this word, in any case. */
  isWord(word: string): boolean {
    return this.current.text.toLowerCase() === word;
  }

  /**
   * Takes a value written without quotes: everything up to a blank or `)`, inside a value path also up to `]`.
   * Undefined where there is nothing.
   */
  takeBare(inBrackets: boolean): Pick<Token, 'text' | 'column'> | undefined {
    const { column } = this.current;
    const text = this.match(inBrackets ? BARE_IN_BRACKETS : BARE, column - 1);
    if (text === '') return undefined;
    this.position = column - 1 + text.length;
    this.current = this.scan();
    return { text, column };
  }

  /** The refusal of the next token: where it stands, what was expected, what was found. */
  unexpected(expected: string, token: Token = this.current): ScimError {
    return this.refusal(`column ${token.column}: expected ${expected}, found ${this.describe(token)}`);
  }

  private scan(): Token {
    this.position += this.match(BLANKS, this.position).length;
    const column = this.position + 1;
    const first = this.text.charAt(this.position);
    if (first === '') return { kind: 'end', text: first, column };
    if (++this.count > MAX_FILTER_TOKENS) {
      throw this.refusal(
        `column ${column}: expected at most ${MAX_FILTER_TOKENS} words and brackets, found more`,
      );
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

  /** What the sticky pattern finds at the position; empty where it finds nothing. */
  private match(pattern: RegExp, position: number): string {
    pattern.lastIndex = position;
    return pattern.exec(this.text)?.[0] ?? '';
  }

  /** Values are not repeated: an error is logged, and a filter may hold what nobody should read there. */
  private describe({ kind, text }: Token): string {
    if (kind === 'end') return 'the end';
    if (kind === 'string') return 'a string';
    if (kind !== 'word') return `"${text}"`;
    if (/password/i.test(this.text)) return 'another word';
    return text.length > SHOWN_LENGTH ? `"${text.slice(0, SHOWN_LENGTH)}…"` : `"${text}"`;
  }
}
