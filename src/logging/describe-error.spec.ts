import { describeError } from './describe-error.js';

it('has type, message, code, calls and causes', () => {
  const cause = Object.assign(new TypeError('inner'), { code: 'ECONNRESET' });
  expect(describeError(new Error('outer', { cause }))).toEqual({
    type: 'Error',
    message: 'outer',
    stack: expect.stringMatching(/^\s+at .*describe-error\.spec/),
    cause: {
      type: 'TypeError',
      message: 'inner',
      code: 'ECONNRESET',
      stack: expect.stringMatching(/^\s+at /),
    },
  });
});

it('leaves out what PostgreSQL repeats of a statement and its values', () => {
  const error = Object.assign(new Error('invalid input syntax for type bigint: "secret"\nsecond line'), {
    code: '22P02',
    detail: 'Key (user_name)=(secret) already exists.',
    where: 'unnamed portal parameter $1 = secret',
    parameters: ['secret'],
    query: 'SELECT secret',
  });
  const described = describeError(error);
  expect(described).toMatchObject({
    code: '22P02',
    message: 'invalid input syntax for type bigint: "…" second line',
  });
  expect(JSON.stringify(described)).not.toContain('secret');
});

it('takes what is no error, and ends a chain of causes', () => {
  expect(describeError('text "secret"')).toEqual({ type: 'string', message: 'text "…"', stack: '' });
  expect(describeError(undefined)).toEqual({ type: 'undefined', message: 'undefined', stack: '' });
  const circle = new Error('round');
  circle.cause = circle;
  expect(JSON.stringify(describeError(circle)).match(/round/g)).toHaveLength(6);
});
