import { type NextFunction, type Request, type Response } from 'express';
import { type Article } from './article-folder.js';
import { renderArticle } from './article.renderer.js';
import { type ArticleGroup, type Articles } from './articles.js';
import { markup, type Html } from './html.js';
import { type Page, type PageSender, rootOf, type Routes } from './page.js';
import { sendProgramFile } from './program-files.js';

/** What the lists of articles are called, by their addresses. */
const LISTS = { '/docs/guides': 'Guides', '/docs/surfaces': 'Surfaces' } as const;

/**
 * Serves the guides under `/docs/guides` and the descriptions of the surfaces under `/docs/surfaces`, with a list of each.
 * An article becomes markup when it is first asked for.
 */
export function serveArticles(routes: Routes, articles: () => Articles, sender: PageSender): void {
  const pages = new ArticlePages(articles);
  for (const path of ['/docs/guides', '/docs/surfaces'] as const) {
    routes.get(path, (request: Request, response: Response) =>
      sender.send(request, response, listPage(path, articles().groups(path))),
    );
    routes.get(`${path}/*name`, (request: Request, response: Response, next: NextFunction) => {
      const folder = articles().folder(path);
      const name = nameIn(request);
      const article = folder.articles.get(name);
      if (article !== undefined) sender.send(request, response, pages.of(article));
      else if (folder.pictures.has(name)) sendProgramFile(response, folder.location, name, next);
      else sender.sendMissing(request, response, path);
    });
  }
}

/** The rest of the path, as Express gives it: the segments of a wildcard. */
const nameIn = ({ params }: Request): string => [params['name'] ?? []].flat().join('/');

class ArticlePages {
  private readonly made = new Map<Article, Page>();

  constructor(private readonly articles: () => Articles) {}

  of(article: Article): Page {
    const page = this.made.get(article) ?? this.make(article);
    this.made.set(article, page);
    return page;
  }

  private make(article: Article): Page {
    const content = renderArticle(article, (path) => this.articles().addressOf(path));
    return {
      title: `${article.title} – Rollcall`,
      path: article.path,
      content: markup`<main class="text">${content}</main>`,
    };
  }
}

const listPage = (path: keyof typeof LISTS, groups: readonly ArticleGroup[]): Page => ({
  title: `${LISTS[path]} – Rollcall`,
  path,
  content: markup`<main class="text"><h1>${LISTS[path]}</h1>${articleLinks(groups, path)}</main>`,
});

/** Links to articles, under their headings. */
export function articleLinks(groups: readonly ArticleGroup[], from: string): Html {
  const link = ({ path, title }: Article): Html =>
    markup`<li><a href="${rootOf(from)}${path.slice(1)}">${title}</a></li>\n`;
  const list = ({ title, articles }: ArticleGroup): Html => {
    const heading = title === undefined ? undefined : markup`<h3>${title}</h3>\n`;
    return markup`${heading}<ul>\n${articles.map(link)}</ul>\n`;
  };
  return markup`${groups.map(list)}`;
}
