const SLUG = /^(?=.{1,63}$)(?![0-9a-f]{16}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Whether a text is a company slug: lower-case words joined by hyphens, at most 63 characters, and not like an id.
 */
export const isSlug = (text: string): boolean => SLUG.test(text);
