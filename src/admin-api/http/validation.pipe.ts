import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { type ValidationError } from 'class-validator';
import { type InvalidValue, Problem } from './problem.js';

/** Thrown within the pipe alone, which turns it into a problem. */
class InvalidObjectError extends Error {
  constructor(readonly errors: readonly ValidationError[]) {
    super('an object is invalid');
  }
}

/** Reads bodies and queries as the classes of the handlers say. A problem names every value that is wrong. */
@Injectable()
export class ReadingPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new InvalidObjectError(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (!(error instanceof InvalidObjectError)) throw error;
      const isBody = metadata.type === 'body';
      const invalid = error.errors.flatMap((each) => [...invalidValues(each, [], isBody)]);
      const what = isBody ? 'body' : 'query';
      const details = invalid.map(({ detail }) => detail).join('; ');
      throw new Problem(400, `The ${what} is not what is expected: ${details}.`, invalid);
    }
  }
}

function* invalidValues(
  { property, constraints = {}, children = [] }: ValidationError,
  above: readonly string[],
  isBody: boolean,
): Generator<InvalidValue> {
  const path = [...above, property];
  const details = Object.entries(constraints).map(([kind, text]) =>
    kind === 'whitelistValidation' ? `${property} is not known here` : text,
  );
  if (details.length > 0) {
    const place = isBody ? { pointer: pointerTo(path) } : { parameter: path.join('.') };
    yield { ...place, detail: details.join('; ') };
  }
  for (const child of children) yield* invalidValues(child, path, isBody);
}

/** RFC 6901 §6: as the fragment of a URI. */
const pointerTo = (path: readonly string[]): string =>
  `#${path.map((name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;
