import { renderArticle } from './article.renderer.js';

const SERVED: Readonly<Record<string, string>> = {
  '/docs/guides/tls.md': '/docs/guides/tls',
  '/docs/guides/images/page.png': '/docs/guides/images/page.png',
  '/openapi/standard.yaml': '/openapi/standard.json',
  '/README.md': '/',
};

const render = (markdown: string): string =>
  renderArticle(
    { path: '/docs/guides/okta', source: '/docs/guides/okta.md', title: '', markdown },
    (path) => SERVED[path],
  ).text.trim();

it.each([
  ['a file beside it', '[x](tls.md)', '<a href="../../docs/guides/tls">x</a>'],
  ['a heading in it', '[x](tls.md#nginx)', '<a href="../../docs/guides/tls#nginx">x</a>'],
  ['a heading of its own', '[x](#nginx)', '<a href="#nginx">x</a>'],
  ['a file elsewhere', '[x](../../openapi/standard.yaml)', '<a href="../../openapi/standard.json">x</a>'],
  ['the root', '[x](../../README.md)', '<a href="../../">x</a>'],
  ['another server', '[x](https://example.com/?a=1&b=2)', '<a href="https://example.com/?a=1&amp;b=2">x</a>'],
  ['a file that is not served', '[`x`](../decisions.md)', '<code>x</code>'],
  ['a file outside', '[x](../../../../../etc/passwd)', 'x'],
  ['a script', '[x](javascript:alert(1))', 'x'],
  ['data', '[x](data:text/html,x)', 'x'],
  ['what is no URL', '[x](//[)', 'x'],
  ['a server without a scheme', '[x](//example.com/page)', 'x'],
])('a link to %s', (_, markdown, expected) => {
  expect(render(markdown)).toBe(`<p>${expected}</p>`);
});

it.each([
  ['![A "page"](images/page.png)', '<img src="../../docs/guides/images/page.png" alt="A &quot;page&quot;">'],
  ['![A page](images/other.png)', 'A page'],
  ['![A page](https://example.com/page.png)', 'A page'],
])('the picture %s is shown where it is served', (markdown, expected) => {
  expect(render(markdown)).toBe(`<p>${expected}</p>`);
});

it('shows HTML as text, and comments not at all', () => {
  expect(render('<!-- who edits this -->\n\n<script>alert(1)</script>')).toBe(
    '&lt;script&gt;alert(1)&lt;/script&gt;',
  );
  expect(render('a <b onclick="x">b</b>')).toBe('<p>a &lt;b onclick=&quot;x&quot;&gt;b&lt;/b&gt;</p>');
  expect(render('```html\n<b>\n```')).toContain('&lt;b&gt;');
});

it('names headings as GitHub does, each once', () => {
  const text = render('# A\n\n## With `DATABASE_URL`, set up\n\n## Über\n\n## Über');
  expect(text.match(/id="[^"]*"/g)).toEqual([
    'id="a"',
    'id="with-database_url-set-up"',
    'id="über"',
    'id="über-1"',
  ]);
  expect(text).toContain('<a class="anchor" href="#with-database_url-set-up"');
});

it('lets a wide table scroll in a box of its own', () => {
  expect(render('| a |\n|---|\n| b |')).toMatch(/^<div class="table"><table>[^]*<\/table>\s*<\/div>$/);
});
