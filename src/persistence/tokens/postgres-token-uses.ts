import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { TokenUses } from '../../access/token-uses.js';
import { outsideOfSpans } from '../../tracing/tracing.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';

/** A use of one credential is written once in this time at most. `note_token_uses` ensures it for all processes together. */
const INTERVAL_MS = 60_000;
/** How long a use waits for others, to be written with them. */
const DELAY_MS = 1000;
/** How many credentials are remembered before those that were not used lately are forgotten. */
const REMEMBERED = 10_000;
/**
 * The function that notes uses, by the form of the credential's id: tokens, OAuth clients, platform credentials. Uses of signed
 * tokens, whose ids have another form, are not noted.
 */
const KEPT: readonly (readonly [form: RegExp, functionName: string])[] = [
  [/^\d+$/, 'note_token_uses'],
  [/^client_/, 'note_client_uses'],
  [/^platform:\d+$/, 'note_platform_uses'],
];

type Use = readonly [id: string, client: string | null];

/** {@link TokenUses} in PostgreSQL. Uses are gathered in memory and written apart from the requests. */
@Injectable()
export class PostgresTokenUses extends TokenUses implements OnModuleDestroy {
  /** When a use of each credential was last noted, by `performance.now()`. */
  private readonly taken = new Map<string, number>();
  /** The clients of the uses that are not written yet, by credential. */
  private waiting = new Map<string, string | null>();
  private forgetAt = REMEMBERED;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override note({ id }: { readonly id: string }, client: string | undefined): void {
    const now = performance.now();
    if (now - (this.taken.get(id) ?? -Infinity) < INTERVAL_MS || !KEPT.some(([form]) => form.test(id)))
      return;
    if (this.taken.size >= this.forgetAt) this.forget(now);
    this.taken.set(id, now);
    this.waiting.set(id, client ?? null);
    this.timer ??= setTimeout(() => void outsideOfSpans(() => this.write()), DELAY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    const uses = [...this.waiting];
    this.waiting = new Map();
    for (const [form, functionName] of KEPT) {
      await this.writeBy(
        functionName,
        uses.filter(([id]) => form.test(id)),
      );
    }
  }

  private async writeBy(functionName: string, uses: readonly Use[]): Promise<void> {
    if (uses.length === 0) return;
    const values = [uses.map(([id]) => id), uses.map(([, client]) => client)];
    try {
      await this.transaction.runOutsideCompany({ text: `SELECT ${functionName}($1, $2)`, values });
    } catch {
      // The next use in a minute is as good.
    }
  }

  private forget(now: number): void {
    for (const [id, at] of this.taken) if (now - at >= INTERVAL_MS) this.taken.delete(id);
    this.forgetAt = Math.max(REMEMBERED, 2 * this.taken.size);
  }
}
