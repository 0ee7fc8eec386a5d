import { type LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.js';
import { readableMessage, SHOWN_FIELDS } from './readable-line.js';
import { standardOutput } from './standard-output.js';

/** How lines are written: for programs, for people, or for people where standard output is a terminal. */
export type LogFormat = 'json' | 'pretty' | 'auto';

/** @param destination where the lines are written to; by default standard output, whether or not that blocks */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, serializers: { err: describeError } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** The log of this process, on standard output. */
export async function openLogger({
  logLevel,
  logFormat,
}: {
  readonly logLevel: string;
  readonly logFormat: LogFormat;
}): Promise<Logger> {
  const isReadable = logFormat === 'pretty' || (logFormat === 'auto' && process.stdout.isTTY);
  const output = standardOutput((lines) =>
    logger.warn({ lines }, 'lines of the log were dropped, since nobody took them in time'),
  );
  const logger = createLogger(logLevel, isReadable ? await readable(output) : output);
  return logger;
}

/** Loaded only where somebody reads the log: it takes a tenth of a second. */
async function readable(output: DestinationStream): Promise<DestinationStream> {
  const { isColorSupported, prettyFactory } = await import('pino-pretty');
  const prettify = prettyFactory({
    // Not where NO_COLOR is set, nor where standard output is no terminal.
    colorize: isColorSupported,
    ignore: SHOWN_FIELDS.join(','),
    messageFormat: (line, messageKey) => readableMessage(line, messageKey),
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  });
  return { write: (line) => output.write(prettify(line)) };
}

/** Passes the messages of NestJS on to the logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ context: rest.at(-1) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(
      { context: rest.at(-1), err: message instanceof Error ? message : undefined },
      String(message),
    );
  }
}
