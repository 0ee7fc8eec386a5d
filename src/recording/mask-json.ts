import { HIDDEN } from '../protocol/text/plain-text.js';
import { type SecretNames } from './secret-names.js';
import { type Text } from './text.js';

const MASKED = `"${HIDDEN}"`;
/** A token of JSON with the blanks in front of it. */
const TOKEN = /[ \t\r\n]*(?:("[^"\\]*(?:\\.[^"\\]*)*")|([{}[\],:])|(-?\d[\d.eE+-]*|true|false|null))/sy;
/** A string or a word whose end is missing. */
const BEGUN = /^[ \t\r\n]*(?:"(?:[^"\\]|\\.)*\\?|[\w.+-]*)$/s;

type Span = readonly [start: number, end: number];

/** An object or array whose end has not come yet. */
interface Open {
  readonly kind: '{' | '[';
  readonly start: number;
  /** The name of the member whose value is being read. */
  name?: string | undefined;
  /** Whether one of its texts names a secret, as the path of an operation does. */
  namesSecret: boolean;
  hasPath: boolean;
  /** Where the values of its members called `value` are. */
  readonly values: Span[];
}

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | ':' | ', or end' | 'nothing';

/**
 * JSON as it came, but for the values of secret attributes, wherever they stand, the values that an operation has for one of
 * them, and texts that compare one with something. A text that was cut is read as far as it goes, and what may belong to a
 * path that did not come any more is masked; what stands behind the place where it is no JSON is, if it may name a secret.
 *
 * @param found is given the texts that were masked
 */
export function maskJson({ text, cut }: Text, names: SecretNames, found: Set<string>): string {
  const spans = new JsonReader(text, names).findSecrets(cut);
  for (const [from, to] of spans) for (const secret of textsOf(text.slice(from, to))) found.add(secret);
  let masked = '';
  let end = 0;
  for (const [from, to] of spans.sort(([one], [other]) => one - other)) {
    if (from >= end) masked += text.slice(end, from) + MASKED;
    end = Math.max(end, to);
  }
  return masked + text.slice(end);
}

/** A string is a secret as it is written and as it is meant. */
function textsOf(value: string): readonly string[] {
  const string = value.trim();
  if (!string.startsWith('"')) return [];
  const inner = string.slice(1, string.length > 1 && string.endsWith('"') ? -1 : undefined);
  return [inner, meantBy(string) ?? inner];
}

function meantBy(string: string): string | undefined {
  try {
    return JSON.parse(string) as string;
  } catch {
    return undefined;
  }
}

/** Reads the tokens of a text one by one, without depth of its own, and notes where secrets stand. */
class JsonReader {
  private readonly open: Open[] = [];
  private readonly secrets: Span[] = [];

  constructor(
    private readonly text: string,
    private readonly names: SecretNames,
  ) {}

  findSecrets(cut: boolean): Span[] {
    let expected: Expected = 'value';
    let at = 0;
    for (;;) {
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(this.text);
      const next: Expected | undefined = token ? this.take(token, expected, TOKEN.lastIndex) : undefined;
      if (!token || !next) break;
      expected = next;
      at += token[0].length;
    }
    if (expected !== 'nothing' || this.text.slice(at).trim() !== '') this.end(at, cut);
    return this.secrets;
  }

  /** @returns what may come then; undefined where the token may not stand there */
  private take(
    [, string, mark, literal]: RegExpExecArray,
    expected: Expected,
    end: number,
  ): Expected | undefined {
    const start = end - (string ?? mark ?? literal ?? '').length;
    const inside = this.open.at(-1);
    if (mark === ':') return expected === ':' ? 'value' : undefined;
    if (mark === ',') {
      if (expected !== ', or end') return undefined;
      return inside?.kind === '{' ? 'name' : 'value';
    }
    if (mark === '}' || mark === ']') {
      if (inside?.kind !== (mark === '}' ? '{' : '[') || !expected.endsWith('or end')) return undefined;
      this.open.pop();
      if (inside.namesSecret) this.secrets.push(...inside.values);
      return this.endValue([inside.start, end]);
    }
    if (inside?.kind === '{' && (expected === 'name' || expected === 'name or end')) {
      if (string === undefined) return undefined;
      inside.name = meantBy(string) ?? string;
      return ':';
    }
    if (expected !== 'value' && expected !== 'value or end') return undefined;
    if (mark === '{' || mark === '[') {
      this.open.push({ kind: mark, start, namesSecret: false, hasPath: false, values: [] });
      return mark === '{' ? 'name or end' : 'value or end';
    }
    if (string !== undefined) this.lookAt(meantBy(string) ?? string, [start, end]);
    return this.endValue([start, end]);
  }

  private lookAt(value: string, span: Span): void {
    const inside = this.open.at(-1);
    if (inside?.kind === '{' && this.names.has(value)) inside.namesSecret = true;
    if (this.names.areComparedIn(value)) this.secrets.push(span);
  }

  private endValue(span: Span): Expected {
    const inside = this.open.at(-1);
    if (inside === undefined) return 'nothing';
    const name = inside.name?.toLowerCase();
    if (name !== undefined) {
      if (this.names.has(name)) this.secrets.push(span);
      else if (name === 'value') inside.values.push(span);
      else if (name === 'path') inside.hasPath = true;
      inside.name = undefined;
    }
    return ', or end';
  }

  /** Where the text ends, or is no JSON any more, before all that is open has ended. */
  private end(at: number, cut: boolean): void {
    const end = this.text.length;
    const rest = this.text.slice(at);
    const isBegun = cut && BEGUN.test(rest);
    // An escape may write any letter of a name.
    const mayName =
      rest.trim() !== '' &&
      (isBegun ? this.names.standIn(rest) : this.names.standIn(this.text) || this.text.includes('\\u'));
    // What is no JSON may be the rest of a path.
    const isOfPath = mayName && !isBegun;
    const mayBeSecret = ({ namesSecret, hasPath }: Open): boolean => namesSecret || !hasPath || isOfPath;
    for (const [index, each] of this.open.entries()) {
      if (mayBeSecret(each)) this.secrets.push(...each.values);
      if (each.name !== undefined && this.names.has(each.name))
        this.secrets.push([this.open[index + 1]?.start ?? at, end]);
    }
    if (rest.trim() === '') return;
    const inside = this.open.at(-1);
    const isOfOperation = inside?.name?.toLowerCase() === 'value' && mayBeSecret(inside);
    if (isOfOperation || mayName) this.secrets.push([at, end]);
  }
}
