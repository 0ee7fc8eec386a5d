import { TooManyRequestsError } from '../protocol/error/too-many-requests.error.js';
import { rateFields, type Standing } from './company-rates.js';

/** Whose requests are counted together. */
export type Sender = 'company' | 'credential';

/** The refusal of a request whose sender has sent more than it may. */
export function tooFast(sender: Sender, standing: Standing): TooManyRequestsError {
  const { perSecond, burst } = standing.rate;
  const bursts = burst === 0 ? '' : `, and ${burst} more in ten seconds`;
  return new TooManyRequestsError(
    'rate',
    `The ${sender} sends too fast: it may send ${perSecond} a second${bursts}. Send this request again after the time in ` +
      'Retry-After.',
    standing.seconds,
    rateFields(standing),
  );
}
