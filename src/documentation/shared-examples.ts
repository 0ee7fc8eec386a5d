import { type OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Example = NonNullable<NonNullable<OpenAPIObject['components']>['examples']>[string];

/** An example of an answer: where it stands, and its text, by which equal ones are found. */
interface Place {
  readonly examples: Record<string, Example>;
  readonly name: string;
  readonly operationId: string;
  readonly text: string;
}

/**
 * The document with every example of an answer that stands in several places (an error at each operation, an answer
 * under each media type) once, under `components.examples`. Its name there is its own, with that of its first operation
 * in front where another example has the same.
 */
export function shareExamples(document: OpenAPIObject): OpenAPIObject {
  const copy = structuredClone(document);
  const places = operationsOf(copy).flatMap(placesIn);
  const examples: Record<string, Example> = {};
  const byText = new Map<string, Place[]>();
  for (const place of places) byText.set(place.text, [...(byText.get(place.text) ?? []), place]);
  for (const equal of byText.values()) {
    const [first] = equal;
    if (!first || equal.length === 1) continue;
    const isAmbiguous = places.some(({ name, text }) => name === first.name && text !== first.text);
    const shared = isAmbiguous ? `${first.operationId}.${first.name}` : first.name;
    examples[shared] = JSON.parse(first.text) as Example;
    for (const place of equal) place.examples[place.name] = { $ref: `#/components/examples/${shared}` };
  }
  return { ...copy, components: { ...copy.components, examples } };
}

function operationsOf({ paths }: OpenAPIObject): Operation[] {
  return Object.values(paths).flatMap(({ get, put, post, patch, delete: remove }) =>
    [get, put, post, patch, remove].filter((operation) => operation !== undefined),
  );
}

function placesIn({ operationId = '', responses }: Operation): Place[] {
  const contents = Object.values(responses).flatMap((response) =>
    response && 'content' in response ? Object.values(response.content ?? {}) : [],
  );
  return contents.flatMap(({ examples = {} }) =>
    Object.entries(examples).map(([name, example]) => ({
      examples,
      name,
      operationId,
      text: JSON.stringify(example),
    })),
  );
}
