import { Catch } from '@nestjs/common';
import { type Problem } from '../admin-api/http/problem.js';
import { type EncodedProblem, ProblemFilter } from '../admin-api/http/problem.filter.js';

/** Answers whatever was thrown with a message (AuthZEN 1.0 §10.1.2: the body of an error is an error message string). */
@Catch()
export class AuthzenErrorFilter extends ProblemFilter {
  protected override encode({ detail }: Problem): EncodedProblem {
    return { contentType: 'text/plain; charset=utf-8', text: detail };
  }
}
