import { type NestExpressApplication } from '@nestjs/platform-express';
import { type Request, type Response } from 'express';

/** As much of Nest's HTTP adapter as is listened to. */
interface Adapter {
  reply(response: Response, ...parameters: unknown[]): unknown;
}

/**
 * Notes every request whose handler had answered when Nest came to write its own answer: clients do not see it, since
 * the first answer is whole, but it is thrown as an error and ends the connection. A handler without `@Res()` does so.
 * @returns the requests, as they are noted: `GET /standard/scim/v2/Users`
 */
export function noteSecondAnswers(app: NestExpressApplication): readonly string[] {
  const noted: string[] = [];
  const adapter = app.getHttpAdapter() as unknown as Adapter;
  const reply = adapter.reply.bind(adapter);
  adapter.reply = (response, ...parameters) => {
    const { method, path } = response.req as Request;
    if (response.headersSent) noted.push(`${method} ${path}`);
    return reply(response, ...parameters);
  };
  return noted;
}
