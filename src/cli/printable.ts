// Control characters can move the cursor and more; the others change the direction of the text or break lines.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A text from outside, made safe to print on a terminal: dangerous characters become escapes such as `\u001b`. */
export const makePrintable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
