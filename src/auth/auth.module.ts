import { Module } from '@nestjs/common';
import { BearerStrategy } from './bearer.strategy.js';

/** Who is calling. The store of tokens comes from the persistence module. */
@Module({ providers: [BearerStrategy], exports: [BearerStrategy] })
export class AuthModule {}
