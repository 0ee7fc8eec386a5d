// Control characters steer a terminal; the rest turn the direction of text or break lines.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text that came from outside, fit for a terminal: what could steer it is shown as an escape, `\u001b`. */
export const makePrintable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
