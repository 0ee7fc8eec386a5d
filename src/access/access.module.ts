import { Module } from '@nestjs/common';
import { BearerStrategy } from './bearer.strategy.js';
import { IssuerKeys } from './issuer-keys.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { JwtVerifier } from './jwt.verifier.js';
import { TokenIssuersStore } from './token-issuers.store.js';
import { RefusedTokens } from './refused-tokens.js';

/** Authentication. The persistence module provides the stores of tokens and issuers. */
@Module({
  providers: [
    BearerStrategy,
    {
      provide: JwtVerifier,
      inject: [TokenIssuersStore, IssuerKeys, SETTINGS],
      useFactory: (issuers: TokenIssuersStore, keys: IssuerKeys, { jwtHours }: Settings) =>
        new JwtVerifier(issuers, keys, jwtHours),
    },
    {
      provide: IssuerKeys,
      inject: [SETTINGS],
      useFactory: ({ adminJwksHosts }: Settings) => new IssuerKeys(adminJwksHosts),
    },
    RefusedTokens,
  ],
  exports: [BearerStrategy, RefusedTokens, IssuerKeys],
})
export class AccessModule {}
