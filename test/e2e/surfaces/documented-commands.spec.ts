import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer } from '../../support/scim-client.js';

const PAGES = join(import.meta.dirname, '../../../docs/surfaces');

/** The ids that the pages print, of a group and of a user. */
const IDS = { group: '027230536171b51d', user: '027230536171b51e' };

let application: TestApplication;
let names = 0;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

/** The commands in a page's blocks of shell, each as its words; `$TOKEN` is replaced within double quotation marks. */
function commandsOf(page: string, token: string): string[][] {
  const text = readFileSync(join(PAGES, page), 'utf8');
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.replaceAll('\\\n', ' ').split(/^(?=curl )/m))
    .filter((command) => command.startsWith('curl '))
    .map((command) =>
      [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
        ([, single, double, bare]) => single ?? double?.replace('$TOKEN', token) ?? bare ?? '',
      ),
    );
}

/** What curl would send: the first word without a dash is the URL, data makes a POST of it, and a form unless told. */
async function run(words: readonly string[]): Promise<ScimAnswer> {
  const headers: Record<string, string> = {};
  let [method, body, url]: (string | undefined)[] = [];
  for (let at = 1; at < words.length; at++) {
    const [word = '', value = ''] = words.slice(at, at + 2);
    if (!word.startsWith('-')) url = word;
    else {
      at += 1;
      const [name = '', ...rest] = value.split(/: ?/);
      if (word === '-X') method = value;
      else if (word === '-H') headers[name] = rest.join(': ');
      else if (word === '-u') headers['Authorization'] = `Basic ${Buffer.from(value).toString('base64')}`;
      else if (word === '-d') body = value;
      else if (word === '--data-urlencode')
        body = value.replace(/=.*/s, (part) => `=${encodeURIComponent(part.slice(1))}`);
      else throw new Error(`${word} is not read here`);
    }
  }
  if (body !== undefined) headers['Content-Type'] ??= 'application/x-www-form-urlencoded';
  const { pathname } = new URL(url ?? '');
  return application.scim(undefined, application.origin).send({
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path: pathname,
    headers,
    ...(body !== undefined && { body }),
  });
}

describe.each(['paradigm', 'scaikey', 'oud', 'strongdm'])('%s.md', (name) => {
  it.each(['lenient', 'strict'] as const)('has commands that work with a %s token', async (dialect) => {
    const company = await application.company(`company-of-${++names}`);
    const token = await company.token(dialect);
    const standard = application.scim(token);
    const made = async (path: string, body: object): Promise<string> => {
      const { body: resource } = await standard.post(path, body);
      return (resource as { id: string }).id;
    };
    const ids = {
      group: await made('/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 'Guides',
      }),
      user: await made('/Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'ada',
      }),
    };
    const commands = commandsOf(`${name}.md`, token);
    expect(commands.length).toBeGreaterThan(0);
    for (const words of commands) {
      const filled = words.map((word) =>
        word
          .replaceAll(IDS.group, ids.group)
          .replaceAll(IDS.user, ids.user)
          .replace('/tenants/acme/', `/tenants/${company.slug}/`),
      );
      const { status, text } = await run(filled);
      expect([200, 201, `${filled.join(' ')}: ${text}`]).toContain(status);
    }
  });
});
