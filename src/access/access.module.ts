import { Module } from '@nestjs/common';
import { BearerStrategy } from './bearer.strategy.js';
import { IssuerKeys } from './issuer-keys.js';
import { JwtVerifier } from './jwt.verifier.js';

/** Who is calling, and on whose behalf. The stores of tokens and issuers come from the persistence module. */
@Module({ providers: [BearerStrategy, JwtVerifier, IssuerKeys], exports: [BearerStrategy] })
export class AccessModule {}
