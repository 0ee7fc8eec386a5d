import { Module } from '@nestjs/common';
import { BearerStrategy } from './bearer.strategy.js';
import { IssuerKeys } from './issuer-keys.js';
import { JwtVerifier } from './jwt.verifier.js';

/** Authentication. The persistence module provides the stores of tokens and issuers. */
@Module({ providers: [BearerStrategy, JwtVerifier, IssuerKeys], exports: [BearerStrategy] })
export class AccessModule {}
