import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { ScimError } from '../../protocol/error/scim-error.js';
import { isForm, readFormFields } from './form-fields.js';

const URL_ENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=limit';

const read = (body: string | Buffer, type = URL_ENCODED, most = 10): ReturnType<typeof readFormFields> =>
  readFormFields(Buffer.from(body as string), type, most);
const part = (head: string, value: string): string => `--limit\r\n${head}\r\n\r\n${value}\r\n`;
const field = (name: string, value: string): string =>
  part(`Content-Disposition: form-data; name="${name}"`, value);

describe('isForm', () => {
  it.each([URL_ENCODED, 'Application/X-WWW-Form-Urlencoded; charset=utf-8', MULTIPART])('%s', (type) => {
    expect(isForm(type)).toBe(true);
  });
  it.each([undefined, '', 'application/json', 'multipart/mixed; boundary=b', 'text/form-data'])(
    'not %s',
    (type) => {
      expect(isForm(type)).toBe(false);
    },
  );
});

describe('a URL-encoded form', () => {
  it('gives large values whole, wherever they are cut to be read', async () => {
    const character = fc.constantFrom('a', ' ', '+', '%', '&', 'é', '€', '😀');
    await fc.assert(
      fc.asyncProperty(fc.array(character, { minLength: 1, maxLength: 9 }), async (characters) => {
        const value = characters.join('').repeat(20_000);
        expect(await read(`a=1&b=${encodeURIComponent(value)}`)).toEqual([
          { name: 'a', value: '1' },
          { name: 'b', value },
        ]);
      }),
      { numRuns: 20 },
    );
  });

  it('gives its fields in their order, repeated ones too', async () => {
    expect(await read('b=1&a=x+y%20%C3%A9&&b=&__proto__=p&c')).toEqual([
      { name: 'b', value: '1' },
      { name: 'a', value: 'x y é' },
      { name: 'b', value: '' },
      { name: '__proto__', value: 'p' },
      { name: 'c', value: '' },
    ]);
  });

  it.each(['a=%', 'a=%zz', 'a=%ff', '%c3=a'])(
    'refuses %s instead of replacing what it cannot read',
    async (body) => {
      await expect(read(body)).rejects.toMatchObject({ status: 400, scimType: 'invalidSyntax' });
    },
  );

  it('refuses bytes that are no UTF-8', async () => {
    await expect(read(Buffer.from([0x61, 0x3d, 0xff]))).rejects.toMatchObject({ status: 400 });
  });

  it('refuses more fields than it may have', async () => {
    expect(await read('a&b&c', URL_ENCODED, 3)).toHaveLength(3);
    await expect(read('a&b&c&d', URL_ENCODED, 3)).rejects.toMatchObject({ status: 413 });
  });
});

describe('a multipart form', () => {
  it('gives its fields in their order, JSON parts too', async () => {
    const json = part(
      'Content-Disposition: form-data; name="j"\r\nContent-Type: application/json',
      '{"é":1}',
    );
    expect(await read(`${field('a', '1')}${field('a', '')}${json}--limit--\r\n`, MULTIPART)).toEqual([
      { name: 'a', value: '1' },
      { name: 'a', value: '' },
      { name: 'j', value: '{"é":1}' },
    ]);
  });

  it.each([
    'name="a"; filename="blob"\r\nContent-Type: application/json',
    'name="a"; filename="a.txt"',
    'name="a"; filename=""',
    'name="a"\r\nContent-Type: application/octet-stream',
    'name="a"; filename="a.bin"\r\nContent-Type: application/octet-stream; charset=utf-8',
  ])('gives a part of a file as a field: %j', async (disposition) => {
    const body = `${part(`Content-Disposition: form-data; ${disposition}`, '{"é":1}')}--limit--\r\n`;
    expect(await read(body, MULTIPART)).toEqual([{ name: 'a', value: '{"é":1}' }]);
  });

  it('keeps a field of some megabytes whole', async () => {
    const value = 'x'.repeat(3 * 1024 * 1024);
    expect(await read(`${field('a', value)}--limit--\r\n`, MULTIPART)).toEqual([{ name: 'a', value }]);
  });

  it.each([['a part without a name', part('Content-Disposition: form-data', 'x'), /no name/]])(
    'refuses %s',
    async (_, body, detail) => {
      await expect(read(`${body}--limit--\r\n`, MULTIPART)).rejects.toMatchObject({
        status: 400,
        detail: expect.stringMatching(detail),
      });
    },
  );

  it.each(['', 'x', '--limit\r\n', field('a', '1'), `${field('a', '1')}--other--`])(
    'refuses what is not whole: %j',
    async (body) => {
      await expect(read(body, MULTIPART)).rejects.toMatchObject({ status: 400, scimType: 'invalidSyntax' });
    },
  );

  it('refuses a boundary that is missing', async () => {
    await expect(read(`${field('a', '1')}--limit--`, 'multipart/form-data')).rejects.toMatchObject({
      status: 400,
    });
  });

  it('refuses more fields than it may have', async () => {
    const body = (many: number): string => `${field('a', '1').repeat(many)}--limit--\r\n`;
    expect(await read(body(3), MULTIPART, 3)).toHaveLength(3);
    await expect(read(body(4), MULTIPART, 3)).rejects.toMatchObject({ status: 413 });
  });

  it('always ends, and never with anything but fields or a refusal, whatever the bytes', async () => {
    const pieces = fc.constantFrom(
      '--limit',
      '--limit--',
      '--',
      '\r\n',
      '\r\n\r\n',
      '\n',
      'x',
      ' ',
      ';',
      'Content-Disposition: form-data',
      'Content-Disposition: form-data; name="a"',
      '; filename="f"',
      'Content-Type: text/plain',
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment',
      field('a', '1'),
      part('Content-Disposition: form-data; name="a"; filename="f"', 'x'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), async (parts) => {
        const outcome = await Promise.race([
          read(parts.join(''), MULTIPART, 3).catch((error: unknown) => error),
          wait(2000, 'never ended', { ref: false }),
        ]);
        expect(Array.isArray(outcome) || outcome instanceof ScimError).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
