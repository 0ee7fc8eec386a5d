import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpoolFullError } from './spool.error.js';
import { type Spool } from './spool.js';
import { Spools } from './spools.js';

const KIBIBYTE = 1024;
const LIMITS = { spoolLimit: 3000 * KIBIBYTE, spoolCompanyLimit: 2000 * KIBIBYTE };

let folder: string;
let spools: Spools;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-spool-'));
  spools = new Spools({ spoolDir: folder, ...LIMITS });
});
afterEach(() => rmSync(folder, { recursive: true }));

const block = (n: number, size = 100 * KIBIBYTE): Buffer => Buffer.alloc(size, n);

async function readAll(spool: Spool): Promise<Buffer> {
  const read: Buffer[] = [];
  for (let bytes = await spool.read(); bytes; bytes = await spool.read()) read.push(bytes);
  return Buffer.concat(read);
}

/** Writes blocks of 100 KiB. */
async function write(spool: Spool, count: number): Promise<Buffer> {
  const blocks = Array.from({ length: count }, (_, n) => block(n));
  for (const each of blocks) await spool.write(each);
  return Buffer.concat(blocks);
}

describe('a spool', () => {
  it.each([0, 1, 5, 6, 19])(
    'gives %s blocks back as they came, without a file that has a name',
    async (count) => {
      const spool = spools.open('1');
      const written = await write(spool, count);
      spool.finish();
      expect(readdirSync(folder)).toEqual([]);
      expect(spool.size).toBe(written.length);
      expect((await readAll(spool)).equals(written)).toBe(true);
      await spool.close();
    },
  );

  it('is read while it is written, by a reader that is now faster and now slower', async () => {
    const spool = spools.open('1');
    const read: Buffer[] = [];
    const written: Buffer[] = [];
    for (const [round, [writes, reads]] of [
      [1, 1],
      [12, 9],
      [2, 60],
      [14, 3],
    ].entries()) {
      for (let n = 0; n < writes!; n += 1) {
        written.push(block(round * 16 + n, 30 * KIBIBYTE + n));
        await spool.write(written.at(-1)!);
      }
      const held = (): number => Buffer.concat(written).length - Buffer.concat(read).length;
      for (let n = 0; n < reads! && held() > 0; n += 1) read.push((await spool.read())!);
    }
    spool.finish();
    read.push(await readAll(spool));
    expect(Buffer.concat(read).equals(Buffer.concat(written))).toBe(true);
    await spool.close();
  });

  it('lets a reader wait for what is to come', async () => {
    const spool = spools.open('1');
    const first = spool.read();
    await spool.write(block(1));
    expect(await first).toEqual(block(1));
    const end = spool.read();
    spool.finish();
    expect(await end).toBeUndefined();
    await spool.close();
  });

  it('tells its reader of a failure before it gives out the rest', async () => {
    const spool = spools.open('1');
    await write(spool, 2);
    spool.finish(new Error('gone'));
    await expect(spool.read()).rejects.toThrow('gone');
    await spool.close();
  });

  it('refuses with 503 what the disk does not take', async () => {
    spools = new Spools({ spoolDir: join(folder, 'none'), ...LIMITS });
    const spool = spools.open('1');
    await expect(write(spool, 6)).rejects.toMatchObject({
      name: 'SpoolFullError',
      retryAfterSeconds: 10,
      cause: { code: 'ENOENT' },
    });
    await spool.close();
  });
});

describe('the room of all spools', () => {
  it('is bounded for a company and for all of them, and given back', async () => {
    const [first, second] = [spools.open('1'), spools.open('2')];
    await write(first, 25);
    await expect(write(first, 1)).rejects.toThrow(SpoolFullError);
    await expect(write(second, 16)).rejects.toThrow(SpoolFullError);
    expect(() => spools.open('1')).toThrow(SpoolFullError);
    expect(() => spools.open('3')).toThrow(SpoolFullError);
    await first.close();
    const again = spools.open('1');
    await write(again, 20);
    await Promise.all([again.close(), second.close()]);
  });

  it('holds 64 spools of one company, and 128 in all', async () => {
    const open = (company: string): Spool[] => Array.from({ length: 64 }, () => spools.open(company));
    const opened = open('1');
    expect(() => spools.open('1')).toThrow(SpoolFullError);
    opened.push(...open('2'));
    expect(() => spools.open('3')).toThrow(SpoolFullError);
    await Promise.all(opened.map((spool) => spool.close()));
    await spools.open('1').close();
  });
});
