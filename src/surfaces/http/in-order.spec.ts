import { type Request, type Response } from 'express';
import { inOrder, type Middleware } from './in-order.js';

const REQUEST = {} as Request;
const RESPONSE = {} as Response;

/** Calls them, and gives what each `next` behind them was called with. */
function call(...middlewares: readonly Middleware[]): unknown[] {
  const ends: unknown[] = [];
  inOrder(...middlewares)(REQUEST, RESPONSE, (error?: unknown) => ends.push(error));
  return ends;
}

it('calls each with the request, and then what is behind', () => {
  const called: string[] = [];
  const named =
    (name: string): Middleware =>
    (request, response, next) => {
      expect([request, response]).toEqual([REQUEST, RESPONSE]);
      called.push(name);
      next();
    };
  expect(call(named('a'), named('b'), named('c'))).toEqual([undefined]);
  expect(called).toEqual(['a', 'b', 'c']);
  expect(call()).toEqual([undefined]);
});

it('calls none behind one that answers', () => {
  const behind = vi.fn();
  expect(call(() => undefined, behind)).toEqual([]);
  expect(behind).not.toHaveBeenCalled();
});

it('hands an error on, and what is thrown, in a later turn too', async () => {
  const fault = new Error('fault');
  const behind = vi.fn();
  const throws: Middleware = () => {
    throw fault;
  };
  expect(call((_request, _response, next) => next(fault), behind)).toEqual([fault]);
  expect(call(throws, behind)).toEqual([fault]);
  const ends = call((_request, _response, next) => setImmediate(next), throws, behind);
  await new Promise((resolve) => setImmediate(resolve));
  expect(ends).toEqual([fault]);
  expect(behind).not.toHaveBeenCalled();
});
