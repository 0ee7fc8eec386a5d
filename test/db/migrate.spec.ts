import pg from 'pg';
import { migrate } from '../../src/persistence/database/migrate.js';
import { testDatabase } from '../support/database.js';

it('a migration that fails is told by the error alone: the output of commands is for others to read', async () => {
  const database = await testDatabase();
  const owner = new pg.Client(database.url);
  await owner.connect();
  // The first migration finds its tables there already.
  await owner.query('DELETE FROM migrations');
  await owner.end();
  const written: string[] = [];
  const outputs = [process.stdout, process.stderr].map((output) =>
    vi.spyOn(output, 'write').mockImplementation((text) => written.push(String(text)) > 0),
  );
  const logs = (['log', 'info', 'warn', 'error'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...words) => void written.push(words.join(' '))),
  );
  try {
    await expect(migrate(database.url)).rejects.toThrow(/already exists/);
  } finally {
    for (const spy of [...outputs, ...logs]) spy.mockRestore();
    await database.close();
  }
  expect(written).toEqual([]);
});
