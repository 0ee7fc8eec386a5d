import { type SqlValue, type Statement } from '../transaction/company-transaction.js';

interface Parameter {
  readonly value: SqlValue;
}

/** A piece of SQL. Its text comes from this program alone; whatever a client sent is a parameter. */
export class SqlFragment {
  constructor(readonly parts: readonly (string | Parameter)[]) {}
}

/** SQL text with fragments in its holes. A value becomes a fragment by {@link parameter}. */
export function sql(text: TemplateStringsArray, ...holes: readonly SqlFragment[]): SqlFragment {
  const parts: (string | Parameter)[] = [];
  text.forEach((piece, index) => {
    parts.push(piece);
    const hole = holes[index];
    if (hole) parts.push(...hole.parts);
  });
  return new SqlFragment(parts);
}

/** A value as a parameter, the only way of a value into a statement. A fragment that is used twice is one parameter. */
export function parameter(value: SqlValue): SqlFragment {
  return new SqlFragment([{ value }]);
}

/** Numbers or booleans as an array, of the type that the statement gives it. Nothing in its text needs to be escaped. */
export function plainArray(values: readonly (number | boolean)[]): SqlFragment {
  return parameter(`{${values.join(',')}}`);
}

/** Names of columns, separated by commas, each with `prefix` in front. They must be names of this program's. */
export function columns(names: readonly string[], prefix = ''): SqlFragment {
  return new SqlFragment([names.map((name) => prefix + name).join(', ')]);
}

/** The fragments with a separator between them. */
export function join(fragments: readonly SqlFragment[], separator: SqlFragment): SqlFragment {
  return new SqlFragment(
    fragments.flatMap(({ parts }, index) => (index === 0 ? parts : [...separator.parts, ...parts])),
  );
}

/** The statement, its parameters numbered. With a `name` it is prepared once, so its text must never change. */
export function toStatement(fragment: SqlFragment, name?: string): Statement {
  const numbers = new Map<Parameter, number>();
  let text = '';
  for (const part of fragment.parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const number = numbers.get(part) ?? numbers.size + 1;
    numbers.set(part, number);
    text += `$${number}`;
  }
  const values = [...numbers.keys()].map(({ value }) => value);
  return name === undefined ? { text, values } : { text, values, name };
}
