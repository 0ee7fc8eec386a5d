import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArticleFolder, type Article, type ArticleFolder } from './article-folder.js';

/** Articles under one heading. */
export interface ArticleGroup {
  readonly title: string | undefined;
  readonly articles: readonly Article[];
}

type FolderPath = '/docs/guides' | '/docs/surfaces';

/** Guides by heading, in the order in which they are needed. Any other guide is about one identity provider. */
const GUIDES: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Identity providers', ['connecting']],
  [
    'Operating',
    [
      ...['running', 'deployment', 'high-availability', 'cells', 'settings', 'limits', 'metrics-and-traces'],
      ...['tls', 'command-line', 'admin-api', 'console', 'journal', 'guard', 'restore', 'oauth-clients'],
      ...['json-web-tokens', 'troubleshooting'],
    ],
  ],
  [
    'Developers',
    [
      ...['membership-checks', 'read-memberships', 'platform-api', 'webhooks', 'extensions'],
      'conformance-suites',
    ],
  ],
];

/** The addresses of what articles link to that is no article itself. */
const ADDRESSES: Readonly<Record<string, string>> = {
  '/README.md': '/',
  '/docs/guides/': '/docs/guides',
  '/docs/surfaces/': '/docs/surfaces',
  '/openapi/': '/docs',
};

/** The guides and the descriptions of the surfaces, as they were when this was made. */
export class Articles {
  private readonly folders: Readonly<Record<FolderPath, ArticleFolder>>;
  private readonly addresses: ReadonlyMap<string, string>;

  /** @param root - The folder with `docs` in it. */
  constructor(root: string) {
    this.folders = {
      '/docs/guides': withSettings(root, readArticleFolder(root, '/docs/guides')),
      '/docs/surfaces': readArticleFolder(root, '/docs/surfaces'),
    };
    const articles = Object.values(this.folders).flatMap((folder) => [...folder.articles.values()]);
    this.addresses = new Map(articles.map(({ source, path }) => [source, path]));
  }

  folder(path: FolderPath): ArticleFolder {
    return this.folders[path];
  }

  /** The articles of a folder, in the order in which they are shown: guides under headings that say for whom they are. */
  groups(path: FolderPath): readonly ArticleGroup[] {
    const { articles } = this.folders[path];
    if (path === '/docs/surfaces') return [{ title: undefined, articles: [...articles.values()] }];
    const named = new Set(GUIDES.flatMap(([, names]) => names));
    const others = [...articles.keys()].filter((name) => !named.has(name));
    return GUIDES.map(([title, names], index) => ({
      title,
      articles: [...names, ...(index === 0 ? others : [])].flatMap((name) => articles.get(name) ?? []),
    })).filter((group) => group.articles.length > 0);
  }

  /** Where the server has what a path of the project names: `/docs/guides/tls.md` is at `/docs/guides/tls`. */
  addressOf(path: string): string | undefined {
    const [, document] = /^\/openapi\/([a-z]+)\.yaml$/.exec(path) ?? [];
    if (document !== undefined) return `/openapi/${document}.json`;
    const isPicture = Object.values(this.folders).some(
      (folder) =>
        path.startsWith(`${folder.path}/`) && folder.pictures.has(path.slice(folder.path.length + 1)),
    );
    return isPicture ? path : (this.addresses.get(path) ?? ADDRESSES[path]);
  }
}

/** The guides with one more: the example of a settings file, whose comments document all settings. */
function withSettings(root: string, guides: ArticleFolder): ArticleFolder {
  const file = join(root, '.env.example');
  if (guides.articles.has('settings') || !existsSync(file)) return guides;
  const settings: Article = {
    path: `${guides.path}/settings`,
    source: '/.env.example',
    title: 'Settings',
    markdown: `# Settings\n\n\`\`\`sh\n${readFileSync(file, 'utf8')}\`\`\`\n`,
  };
  return { ...guides, articles: new Map([...guides.articles, ['settings', settings]]) };
}
