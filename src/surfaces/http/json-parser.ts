import { equalJson, type Json } from '../../protocol/json.js';
import { type Work } from '../../protocol/work.js';

/** What a text of JSON may hold at most. */
export interface JsonLimits {
  /** Names in objects and elements of arrays, together. */
  readonly values: number;
  /** Names in one object. */
  readonly names: number;
  /** Characters of one string, name or number, as it is written. */
  readonly text: number;
  /** Objects and arrays inside one another. */
  readonly depth: number;
}

/** A text that is over one of its limits. It may be JSON for all that: parsing has stopped there. */
export class JsonLimitError extends Error {
  constructor(readonly limit: keyof JsonLimits) {
    super(`over the limit of ${limit}`);
    this.name = 'JsonLimitError';
  }
}

/** How many characters are read between two yields. */
const STRETCH = 16 * 1024;
/** What a value costs beside its characters, in characters. */
const VALUE_COST = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const LETTER_A = 0x61;
const LETTER_E = 0x65;
const LETTER_F = 0x66;
const SIMPLE_ESCAPES = '"\\/bfnrt';
const KEYWORDS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

type Container = ObjectFrame | Json[];
interface ObjectFrame {
  readonly object: Record<string, Json>;
  count: number;
  key: string;
  keyStart: number;
}

/**
 * Parses a text of JSON (RFC 8259), which yields as it goes and stops at the first limit that it is over. A name that
 * stands twice in an object with two values is a fault (RFC 8259 §4: what it means is not agreed upon). `readNumber`
 * makes the value of a number's characters, and may refuse it.
 *
 * @throws SyntaxError that says where the text stops being JSON; JsonLimitError
 */
export function* parseJson(
  text: string,
  limits: JsonLimits,
  readNumber: (source: string) => Json,
): Work<Json> {
  const reader = new JsonReader(text, limits, readNumber);
  let mark = 0;
  while (!reader.isDone) {
    reader.step();
    if (reader.spent - mark < STRETCH) continue;
    mark = reader.spent;
    yield;
  }
  return reader.result;
}

/** How many names are remembered with the one that came behind them. */
const REMEMBERED_NAMES = 1000;

/** What is expected next. */
type State = 'value' | 'firstElement' | 'firstName' | 'name' | 'colon' | 'memberValue' | 'string' | 'after';

const NO_STRING = { start: 0, hasEscapes: false };

class JsonReader {
  isDone = false;
  result: Json = null;
  private at = 0;
  private state: State = 'value';
  private values = 0;
  private readonly stack: Container[] = [];
  /** The string that is being read: where its quotation mark is, and for which object it is a name. */
  private string: { readonly start: number; readonly nameOf?: ObjectFrame; hasEscapes: boolean } = NO_STRING;
  /** The name that came behind another one last, as most objects of an array have the same. */
  private readonly followers = new Map<string, string>();

  constructor(
    private readonly text: string,
    private readonly limits: JsonLimits,
    private readonly readNumber: (source: string) => Json,
  ) {}

  /** What reading has cost so far, in characters. */
  get spent(): number {
    return this.at + this.values * VALUE_COST;
  }

  /** Reads one token with the blanks in front of it, or a stretch of blanks or of a string. */
  step(): void {
    const { text } = this;
    if (this.state === 'string') {
      this.readString();
      return;
    }
    const stop = this.at + STRETCH;
    while (this.at < stop && isBlank(text.charCodeAt(this.at))) this.at += 1;
    if (this.at === stop) return;
    const code = text.charCodeAt(this.at);
    switch (this.state) {
      case 'value':
        this.startValue(code, this.stack.length === 0 ? 'JSON value expected' : 'Array item expected');
        break;
      case 'firstElement':
        if (code === CLOSE_ARRAY) this.close();
        else if (this.at >= text.length) this.fail("Array item or end of array ']' expected");
        else this.startValue(code, 'Array item expected');
        break;
      case 'memberValue':
        this.startValue(code, undefined);
        break;
      case 'firstName':
        if (code === CLOSE_OBJECT) this.close();
        else if (this.at >= text.length) this.fail("Quoted object key or end of object '}' expected");
        else this.readName(code);
        break;
      case 'name':
        this.readName(code);
        break;
      case 'colon':
        if (code !== COLON) this.fail("Colon ':' expected after property name");
        this.at += 1;
        this.state = 'memberValue';
        break;
      case 'after':
        this.afterValue(code);
        break;
    }
  }

  private startValue(code: number, expected: string | undefined): void {
    if (code === OPEN_OBJECT) {
      this.open({ object: {}, count: 0, key: '', keyStart: 0 }, 'firstName');
    } else if (code === OPEN_ARRAY) {
      this.open([], 'firstElement');
    } else if (code === QUOTE) {
      this.string = { start: this.at, hasEscapes: false };
      this.at += 1;
      this.readString();
    } else if (code === MINUS || isDigit(code)) {
      this.take(this.readNumber(this.scanNumber()));
    } else {
      const keyword = KEYWORDS.find(([word]) => this.text.startsWith(word, this.at));
      if (!keyword) {
        if (expected === undefined) throw new SyntaxError(`Object value expected after ':' ${this.place()}`);
        this.fail(expected);
      }
      this.at += keyword[0].length;
      this.take(keyword[1]);
    }
  }

  private open(container: Container, next: State): void {
    if (this.stack.length === this.limits.depth) throw new JsonLimitError('depth');
    this.stack.push(container);
    this.at += 1;
    this.state = next;
  }

  private close(): void {
    const container = this.stack.pop() as Container;
    this.at += 1;
    this.take(Array.isArray(container) ? container : container.object);
  }

  /** Puts a value that is read whole where it belongs. */
  private take(value: Json): void {
    this.state = 'after';
    const container = this.stack.at(-1);
    if (container === undefined) {
      this.result = value;
      return;
    }
    this.values += 1;
    if (this.values > this.limits.values) throw new JsonLimitError('values');
    if (Array.isArray(container)) container.push(value);
    else this.setMember(container, value);
  }

  private setMember(frame: ObjectFrame, value: Json): void {
    const { object, key, keyStart } = frame;
    if (!Object.hasOwn(object, key)) {
      frame.count += 1;
      if (frame.count > this.limits.names) throw new JsonLimitError('names');
    } else if (!equalJson(object[key], value)) {
      throw new SyntaxError(`Duplicate key '${key}' encountered at position ${keyStart + 1}`);
    }
    if (key !== '__proto__') object[key] = value;
    // An assignment would change the prototype.
    else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }

  private afterValue(code: number): void {
    const container = this.stack.at(-1);
    if (container === undefined) {
      if (this.at < this.text.length) this.fail('Expected end of input');
      this.isDone = true;
      return;
    }
    const isArray = Array.isArray(container);
    if (code === COMMA) {
      this.at += 1;
      this.state = isArray ? 'value' : 'name';
    } else if (code === (isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) {
      this.close();
    } else if (this.at < this.text.length) {
      this.fail("Comma ',' expected after value");
    } else {
      this.fail(
        isArray
          ? "Array item or end of array ']' expected"
          : "Quoted object key or end of object '}' expected",
      );
    }
  }

  private readName(code: number): void {
    if (code !== QUOTE) this.fail('Quoted object key expected');
    const frame = this.stack.at(-1) as ObjectFrame;
    frame.keyStart = this.at;
    const start = this.at + 1;
    const guess = this.followers.get(frame.key);
    if (guess !== undefined && this.isNameAt(start, guess)) {
      this.at = start + guess.length + 1;
      this.takeName(frame, guess);
      return;
    }
    this.string = { start: this.at, nameOf: frame, hasEscapes: false };
    this.at = start;
    this.readString();
  }

  private isNameAt(start: number, name: string): boolean {
    return this.text.startsWith(name, start) && this.text.charCodeAt(start + name.length) === QUOTE;
  }

  private takeName(frame: ObjectFrame, name: string): void {
    frame.key = name;
    this.state = 'colon';
  }

  /** Goes on with the string up to its end, or for a stretch. */
  private readString(): void {
    const { text, string } = this;
    const limit = string.start + 1 + this.limits.text;
    const stop = Math.min(limit, this.at + STRETCH);
    let index = this.at;
    for (;;) {
      let code = text.charCodeAt(index);
      // Not a number, behind the end of the text, is not over anything.
      while (code !== QUOTE && code !== BACKSLASH && code >= 0x20 && index <= stop) {
        index += 1;
        code = text.charCodeAt(index);
      }
      if (index > limit) throw new JsonLimitError('text');
      this.at = index;
      if (code === QUOTE) break;
      if (index > stop) {
        this.state = 'string';
        return;
      }
      if (code === BACKSLASH) {
        string.hasEscapes = true;
        index = this.scanEscape();
      } else if (index < text.length) {
        throw new SyntaxError(`Invalid character '${text.charAt(index)}' ${this.place()}`);
      } else {
        this.fail(`End of string '"' expected`);
      }
    }
    this.at = index + 1;
    this.endString(index);
  }

  private endString(end: number): void {
    const { start, nameOf, hasEscapes } = this.string;
    const value = hasEscapes
      ? (JSON.parse(this.text.slice(start, end + 1)) as string)
      : this.text.slice(start + 1, end);
    if (!nameOf) {
      this.take(value);
      return;
    }
    // A name with escapes does not stand in a text as it is.
    if (!hasEscapes && this.followers.size < REMEMBERED_NAMES) this.followers.set(nameOf.key, value);
    this.takeName(nameOf, value);
  }

  /** The index behind an escape. */
  private scanEscape(): number {
    const { text, at } = this;
    const kind = text.charAt(at + 1);
    if (kind !== '' && SIMPLE_ESCAPES.includes(kind)) return at + 2;
    if (kind !== 'u') {
      throw new SyntaxError(`Invalid escape character '${text.slice(at, at + 2)}' ${this.place()}`);
    }
    for (let index = at + 2; index < at + 6; index += 1) {
      if (!isHexDigit(text.charCodeAt(index))) {
        throw new SyntaxError(`Invalid unicode character '${text.slice(at, at + 6)}' ${this.place()}`);
      }
    }
    return at + 6;
  }

  /** The characters of a number; what is no number from its second part on is a fault. */
  private scanNumber(): string {
    const { text } = this;
    const start = this.at;
    if (text.charCodeAt(this.at) === MINUS) {
      this.at += 1;
      this.requireDigit(start);
    }
    if (text.charCodeAt(this.at) === ZERO) this.at += 1;
    else this.skipDigits(start);
    if (text.charCodeAt(this.at) === DOT) {
      this.at += 1;
      this.requireDigit(start);
      this.skipDigits(start);
    }
    if ((text.charCodeAt(this.at) | 0x20) === LETTER_E) {
      this.at += 1;
      const sign = text.charCodeAt(this.at);
      if (sign === MINUS || sign === PLUS) this.at += 1;
      this.requireDigit(start);
      this.skipDigits(start);
    }
    return text.slice(start, this.at);
  }

  private skipDigits(start: number): void {
    const limit = start + this.limits.text;
    while (isDigit(this.text.charCodeAt(this.at))) {
      if (this.at >= limit) throw new JsonLimitError('text');
      this.at += 1;
    }
  }

  private requireDigit(start: number): void {
    if (isDigit(this.text.charCodeAt(this.at))) return;
    this.fail(`Invalid number '${this.text.slice(start, this.at)}', expecting a digit`);
  }

  private fail(what: string): never {
    const found =
      this.at < this.text.length ? `but got '${this.text.charAt(this.at)}'` : 'but reached end of input';
    throw new SyntaxError(`${what} ${found} ${this.place()}`);
  }

  private place(): string {
    return `at position ${this.at}`;
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function isHexDigit(code: number): boolean {
  const letter = code | 0x20;
  return isDigit(code) || (letter >= LETTER_A && letter <= LETTER_F);
}
