import { marked, Renderer, type Tokens } from 'marked';
import { type Article } from './article-folder.js';
import { escapeHtml, Html } from './html.js';
import { rootOf } from './page.js';

/** Finds the address, below the base URL, at which a file of the project is served; undefined where it is not served. */
export type FindAddress = (path: string) => string | undefined;

/** The article as markup. Links that hold in the project hold in the page too, or are left out. */
export function renderArticle(article: Article, addressOf: FindAddress): Html {
  const renderer = new ArticleRenderer(article, addressOf);
  return new Html(marked.parse(article.markdown, { renderer, async: false }));
}

/** Markdown as GitHub shows it (CommonMark and tables), but for HTML in it, which is shown as text. */
class ArticleRenderer extends Renderer<string, string> {
  private readonly anchors = new Map<string, number>();

  constructor(
    private readonly article: Article,
    private readonly addressOf: FindAddress,
  ) {
    super();
  }

  /** Comments are for those who edit the text, and left out. */
  override html({ text }: Tokens.HTML | Tokens.Tag): string {
    return escapeHtml(text.replace(/<!--.*?-->\n*/gs, ''));
  }

  override heading({ tokens, depth }: Tokens.Heading): string {
    const anchor = this.anchorOf(this.parser.parseInline(tokens, this.parser.textRenderer));
    const link = depth === 1 ? '' : `<a class="anchor" href="#${anchor}" aria-label="This heading">#</a>`;
    return `<h${depth} id="${anchor}">${this.parser.parseInline(tokens)}${link}</h${depth}>\n`;
  }

  override link({ href, tokens }: Tokens.Link): string {
    const text = this.parser.parseInline(tokens);
    const target = this.targetOf(href);
    return target === undefined ? text : `<a href="${escapeHtml(target)}">${text}</a>`;
  }

  override image({ href, text }: Tokens.Image): string {
    const target = isRelative(href) ? this.targetOf(href) : undefined;
    const alternative = escapeHtml(text);
    return target === undefined ? alternative : `<img src="${escapeHtml(target)}" alt="${alternative}">`;
  }

  /** A line is not broken within the name of an option. */
  override codespan({ text }: Tokens.Codespan): string {
    const words = escapeHtml(text).replaceAll(/(?<![^ ])--?[a-z][\w-]*/g, '<span class="word">$&</span>');
    return `<code>${words}</code>`;
  }

  override table(token: Tokens.Table): string {
    return `<div class="table">${super.table(token)}</div>\n`;
  }

  /** The name that GitHub gives to a heading, with a number where it is not the first of that name. */
  private anchorOf(text: string): string {
    const name = text
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const before = this.anchors.get(name) ?? 0;
    this.anchors.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  }

  private targetOf(href: string): string | undefined {
    if (/^(?:https?:|mailto:|#)/i.test(href)) return href;
    if (!isRelative(href)) return undefined;
    const { pathname, hash } = new URL(href, `file://${this.article.source}`);
    const address = this.addressOf(pathname);
    return address === undefined ? undefined : rootOf(this.article.path) + address.slice(1) + hash;
  }
}

const isRelative = (href: string): boolean => URL.canParse(href, 'file:///') && !URL.canParse(href);
