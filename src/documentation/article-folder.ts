import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A text in Markdown that is served as a page. */
export interface Article {
  /** Its address: `/docs/guides/tls`. */
  readonly path: string;
  /** Where it stands in the project, from which its links lead on: `/docs/guides/tls.md`. */
  readonly source: string;
  /** Its first heading. */
  readonly title: string;
  readonly markdown: string;
}

/** What a folder has to be served. */
export interface ArticleFolder {
  /** Its address: `/docs/guides`. */
  readonly path: string;
  readonly location: string;
  /** By the last part of their address, in the order of their titles. */
  readonly articles: ReadonlyMap<string, Article>;
  /** Paths within the folder. */
  readonly pictures: ReadonlySet<string>;
}

const ARTICLE = /^([\w-]+)\.md$/;
const PICTURE = /\.(?:png|svg|jpe?g|webp)$/i;

/**
 * The articles of a folder, `docs/guides`, and the pictures in it. What is served is looked up here, so that no path of a
 * request is ever one of the file system. A folder that a deployment lacks is empty.
 *
 * @param root - The folder with `docs` in it.
 */
export function readArticleFolder(root: string, path: string): ArticleFolder {
  const location = join(root, path);
  const files = filesIn(location);
  const articles = files.flatMap((file): (readonly [string, Article])[] => {
    const [, name] = ARTICLE.exec(file) ?? [];
    return name === undefined ? [] : [[name, readArticle(`${path}/${name}`, join(location, file))]];
  });
  return {
    path,
    location,
    articles: new Map(articles.sort(([, a], [, b]) => a.title.localeCompare(b.title, 'en'))),
    pictures: new Set(files.filter((file) => PICTURE.test(file))),
  };
}

function filesIn(folder: string): string[] {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files.map((file) => file.replaceAll(sep, '/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readArticle(path: string, file: string): Article {
  const markdown = readFileSync(file, 'utf8');
  const [, title = path] = /^# +(.+?) *$/m.exec(markdown) ?? [];
  return { path, source: `${path}.md`, title: title.replaceAll('`', ''), markdown };
}
