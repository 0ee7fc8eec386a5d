import { appendFileSync, mkdirSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename, dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Patterns of what differs from run to run, and what each is replaced by. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>'],
  [/[0-9a-f]{16}/g, '<id>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  [/127\.0\.0\.1:\d+/g, '<host>'],
  [/("(?:next|previous)Cursor":")[^"]*/g, '$1<cursor>'],
  [/(cursor=)[\w-]+/g, '$1<cursor>'],
  [/(W\/\\?"\d+\.)[\w-]+/g, '$1<hash>'],
];

const stable = (text: string): string =>
  VOLATILE.reduce((result, [pattern, name]) => result.replace(pattern, name), text);

/**
 * Records every answer of a server as a line of JSON, together with the request and the name of the test. There is a
 * file for each spec file, in `folder`. Ids, times, hosts and cursors are replaced, so that two runs of the same
 * tests on two versions of the service can be compared with `diff -r`.
 */
export function recordAnswers(server: Server, folder: string): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { testPath = '', currentTestName: test } = expect.getState();
    const { method, url = '' } = request;
    const chunks: Buffer[] = [];
    const keep = (chunk: unknown): void => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string));
    };
    const write = response.write.bind(response);
    const end = response.end.bind(response);
    response.write = ((...parameters: Parameters<typeof write>) => {
      keep(parameters[0]);
      return write(...parameters);
    }) as typeof write;
    response.end = ((...parameters: Parameters<typeof end>) => {
      keep(parameters[0]);
      return end(...parameters);
    }) as typeof end;
    response.once('close', () => {
      const { 'content-length': length, ...headers } = response.getHeaders();
      const line = JSON.stringify({
        test,
        request: `${method} ${url}`,
        status: response.statusCode,
        headers: { ...headers, ...(length === undefined ? {} : { 'content-length': 'given' }) },
        body: Buffer.concat(chunks).toString('utf8'),
      });
      const file = join(folder, relative(ROOT, dirname(testPath)), `${basename(testPath)}.jsonl`);
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, `${stable(line)}\n`);
    });
  });
}
