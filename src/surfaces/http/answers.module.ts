import { Global, Module } from '@nestjs/common';
import { AnswerWriter } from './answer.writer.js';
import { BodiesInFlight } from './bodies-in-flight.js';
import { Spools } from './spools.js';

/** Reads the bodies and writes the answers of all surfaces, which share the room for what is on its way. */
@Global()
@Module({
  providers: [BodiesInFlight, Spools, AnswerWriter],
  exports: [BodiesInFlight, Spools, AnswerWriter],
})
export class AnswersModule {}
