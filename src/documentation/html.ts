/** Markup. Only {@link markup} makes it of text, and what renders Markdown. */
export class Html {
  constructor(readonly text: string) {}
}

type Content = Html | string | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it stands in elements and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** A template of markup: values that are markup stay as they are, texts are escaped, `undefined` is nothing. */
export function markup(template: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(String.raw({ raw: template }, ...values.map(textOf)));
}

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escapeHtml(content);
  return content instanceof Html ? content.text : content.map(textOf).join('');
}
