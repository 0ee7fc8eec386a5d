import { type OpenAPIObject } from '@nestjs/swagger';
import { shareExamples } from './shared-examples.js';

type Examples = Readonly<Record<string, { readonly value: unknown }>>;

/** A document with one operation for each of these sets of examples. */
function documentWith(...sets: readonly Examples[]): OpenAPIObject {
  const operations = sets.map((examples, index) => [
    `/${index}`,
    {
      get: {
        operationId: `get${index}`,
        responses: { 404: { description: '', content: { 'application/json': { examples } } } },
      },
    },
  ]);
  return {
    openapi: '3.0.0',
    info: { title: '', version: '' },
    paths: Object.fromEntries(operations),
  };
}

const shownIn = ({ paths }: OpenAPIObject): unknown[] =>
  Object.values(paths).map(({ get }) => {
    const response = get?.responses[404];
    return response && 'content' in response ? response.content?.['application/json']?.examples : undefined;
  });

const reference = (name: string): object => ({ $ref: `#/components/examples/${name}` });

describe('shareExamples', () => {
  it('names what stands in several places, and leaves the rest', () => {
    const [twice, once] = [{ value: { a: 1 } }, { value: 2 }];
    const shared = shareExamples(documentWith({ twice, once }, { twice }));
    expect(shared.components?.examples).toEqual({ twice });
    expect(shownIn(shared)).toEqual([{ twice: reference('twice'), once }, { twice: reference('twice') }]);
  });

  it('tells apart by their operation what goes by one name', () => {
    const [one, other] = [{ value: 1 }, { value: 2 }];
    const shared = shareExamples(documentWith({ name: one }, { name: one }, { name: other }));
    expect(shownIn(shared)).toEqual([
      { name: reference('get0.name') },
      { name: reference('get0.name') },
      { name: other },
    ]);
    expect(shared.components?.examples).toEqual({ 'get0.name': one });
  });

  it('does not touch what it is given', () => {
    const given = documentWith({ name: { value: 1 } }, { name: { value: 1 } });
    const before = structuredClone(given);
    shareExamples(given);
    expect(given).toEqual(before);
  });
});
