import { Global, Module } from '@nestjs/common';
import { AuthenticationFailures } from '../access/authentication-failures.js';
import { AddressFailures } from './address-failures.js';
import { RefusedRates } from './refused-rates.js';
import { RequestLimits } from './request-limits.js';

/** What bounds how much anybody may ask for, beside the limits of single requests. */
@Global()
@Module({
  providers: [{ provide: AuthenticationFailures, useClass: AddressFailures }, RefusedRates, RequestLimits],
  exports: [AuthenticationFailures, RefusedRates, RequestLimits],
})
export class LimitsModule {}
