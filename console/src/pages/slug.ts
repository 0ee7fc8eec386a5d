/** How long the slug of a company is, at most. */
export const MOST_LETTERS = 63;

/** What the service takes for a slug, as the pattern of a field. Sixteen hexadecimal digits are an id. */
export const SLUG_FORM = '(?![0-9a-f]{16}$)[a-z0-9]+(-[a-z0-9]+)*';

/** Letters that are no others with a mark. */
const FOLDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** A name as it may stand in an address: `Zoë & Sons` is `zoe-sons`. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^\u0000-\u007f]/gu, (letter) => FOLDED[letter] ?? letter)
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MOST_LETTERS)
    .replace(/^-+|-+$/g, '');
