import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as nextRound } from 'node:timers/promises';
import express, { type Request, type Response } from 'express';
import { type ObservedRequest } from '../../access/authenticated-request.js';
import { takeTurns } from './request-turns.middleware.js';

function exchange(authorization: string): { request: Request & ObservedRequest; response: Response } {
  const request = Object.assign(new IncomingMessage(new Socket()), {
    facts: { requestId: authorization, started: 0 },
  }) as unknown as Request & ObservedRequest;
  request.headers.authorization = authorization;
  const response = Object.setPrototypeOf(new ServerResponse(request), express.response) as Response;
  return { request, response };
}

it('lets credentials take turns, and begins nothing whose client has gone', async () => {
  const middleware = takeTurns();
  const begun: string[] = [];
  const exchanges = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1'].map((name) => {
    const sent = exchange(name.slice(0, 1));
    middleware(sent.request, sent.response, () => begun.push(name));
    return sent;
  });
  const gone = exchanges[4];
  gone?.response.destroy();
  await nextRound();
  expect(begun).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'a6']);
  expect(gone?.request.facts).toMatchObject({ outcome: 'refused' });
});
