import { Inject, Injectable } from '@nestjs/common';
import { type Response } from 'express';
import { type ObservedRequest } from '../access/authenticated-request.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { CompanyRates, rateFields } from './company-rates.js';
import { CompanyRequests } from './company-requests.js';
import { RefusedRates } from './refused-rates.js';
import { type Sender, tooFast } from './too-fast.js';

/** Whose requests are counted together. */
export interface CountedSender {
  /** The id of the company, or of the platform credential. */
  readonly id: string;
  readonly kind: Sender;
  /** Slug of the company; undefined where the request is about no single one. */
  readonly company: string | undefined;
  /** How many requests it may send a second, where that is not `RATE_LIMIT`. */
  readonly rateLimit?: number | undefined;
}

/** Bounds how many requests a company or a platform credential sends, whichever guard has found out that it does. */
@Injectable()
export class RequestLimits {
  private readonly rates: CompanyRates;
  private readonly requests: CompanyRequests;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly refusedRates: RefusedRates,
  ) {
    this.rates = new CompanyRates(settings);
    this.requests = new CompanyRequests(settings.companyRequests);
  }

  /**
   * Counts a request. Its answer tells where the sender stands.
   *
   * @throws TooManyRequestsError where the sender sends too fast, UnavailableError where too many of its requests are under
   *   way
   */
  async admit(
    { facts, headers }: ObservedRequest,
    response: Response,
    { id, kind, company, rateLimit }: CountedSender,
  ): Promise<void> {
    const { authorization = '' } = headers;
    const standing = await this.rates.count(id, rateLimit, this.refusedRates.isPressing(authorization));
    if (standing.isOver) {
      const { credential } = facts;
      const error = tooFast(kind, standing);
      const refused = { company, credential, error };
      this.refusedRates.note(authorization, refused, standing.milliseconds);
      throw error;
    }
    for (const [name, value] of Object.entries(rateFields(standing))) response.setHeader(name, value);
    response.once('close', this.requests.begin(id, kind));
  }
}
