import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, lintFromString, type NormalizedProblem } from '@redocly/openapi-core';

const FOLDER = join(import.meta.dirname, '../../openapi');
const documents = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

/** Every problem that the linter's recommended rules find, warnings included, as rule and place. */
async function lint(source: string): Promise<string[]> {
  // An operation that is there to say 501 has no success to describe.
  const rules = { 'operation-2xx-response': 'off' } as const;
  const config = await createConfig({ extends: ['recommended'], rules });
  const problems = await lintFromString({ source, absoluteRef: 'openapi.yaml', config });
  const isOfMetadata = (pointer = ''): boolean => pointer.startsWith('#/paths/~1.well-known~1');
  // Metadata is there for everybody, whatever they ask with.
  const found = problems.filter(
    ({ ruleId, location }) => ruleId !== 'operation-4xx-response' || !isOfMetadata(location[0]?.pointer),
  );
  return found.map(
    ({ ruleId, message, location }: NormalizedProblem) =>
      `${ruleId} at ${location[0]?.pointer ?? 'the document'}: ${message}`,
  );
}

it('finds the documents', () => {
  expect(documents).toContain('standard.yaml');
});

it.each(documents)('openapi/%s passes the linter', async (file) => {
  expect(await lint(readFileSync(join(FOLDER, file), 'utf8'))).toEqual([]);
});

it('is there to find faults', async () => {
  const [file = ''] = documents;
  const source = readFileSync(join(FOLDER, file), 'utf8');
  const dangling = source.replace('$ref: "#/components/schemas/', '$ref: "#/components/schemas/No');
  expect(await lint(dangling)).toContainEqual(expect.stringMatching(/^no-unresolved-refs at /));
});
