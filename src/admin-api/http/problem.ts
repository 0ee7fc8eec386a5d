import { STATUS_CODES } from 'node:http';

/** What is wrong with one value of a request, and what would be right. */
export interface InvalidValue {
  /** Where it stands in the body, as a JSON pointer (RFC 6901) in a fragment: `#/name`. */
  readonly pointer?: string;
  /** Which parameter of the query it is. */
  readonly parameter?: string;
  readonly detail: string;
}

/**
 * A refusal of the admin API. RFC 9457 §3.1: `type` is `about:blank`, so that the status says what kind of problem it is,
 * and `title` repeats it in words; `detail` says what was wrong, where, and what would be right.
 */
export class Problem extends Error {
  /**
   * @param invalid each value that is wrong, where several may be
   * @param headers of the answer
   * @param extensions further members of the problem (RFC 9457 §3.2)
   */
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly invalid: readonly InvalidValue[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
  }

  /** The same for a company that does not exist and one that may not be seen. */
  static unknownCompany(named: string): Problem {
    return new Problem(404, `There is no company ${named.slice(0, 63)}.`);
  }

  /** The media type `application/problem+json`. */
  toJson(): object {
    const { status, detail, invalid, extensions } = this;
    return {
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Unknown',
      status,
      detail,
      ...(invalid.length > 0 && { errors: invalid }),
      ...extensions,
    };
  }
}
