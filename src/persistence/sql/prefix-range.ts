const LAST_CODE_POINT = 0x10ffff;
const BEFORE_SURROGATES = 0xd7ff;
const AFTER_SURROGATES = 0xe000;

/**
 * The first text in code-point order that is above every text beginning with `prefix`; undefined where there is
 * none. `key >= prefix AND key < end` is then "begins with", in a form that uses an ordinary index.
 */
export function prefixEnd(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === LAST_CODE_POINT) continue;
    points.push(last === BEFORE_SURROGATES ? AFTER_SURROGATES : last + 1);
    return String.fromCodePoint(...points);
  }
  return undefined;
}
