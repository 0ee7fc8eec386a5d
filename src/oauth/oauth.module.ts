import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AssertionVerifier } from './assertion.verifier.js';
import { ClientAuthenticator } from './client-authenticator.js';
import { MetadataController } from './metadata.controller.js';
import { TokenController } from './token.controller.js';
import { TokenService } from './token.service.js';

/** OAuth 2.0 with client credentials (RFC 6749 §4.4). The persistence module provides the store of clients, the
 * limits module the count of failures. */
@Module({
  imports: [AccessModule],
  controllers: [TokenController, MetadataController],
  providers: [TokenService, ClientAuthenticator, AssertionVerifier],
})
export class OauthModule {}
