import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { TokenUses, type UsedCredential } from '../../access/token-uses.js';
import { outsideOfSpans } from '../../tracing/tracing.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';

/** A use of one credential is written once in this time at most. `note_token_uses` ensures it for all processes together. */
const INTERVAL_MS = 60_000;
/** How long a use waits for others, to be written with them. */
const DELAY_MS = 1000;
/** How many credentials are remembered before those that were not used lately are forgotten. */
const REMEMBERED = 10_000;
const ISSUER = /^jwt:(\d+)/;

/**
 * The function that notes uses, by the form of the credential's id: tokens, OAuth clients and platform credentials, with their
 * clients, and issuers of signed tokens, with their companies.
 */
const KEPT: readonly (readonly [form: RegExp, functionName: string])[] = [
  [/^\d+$/, 'note_token_uses'],
  [/^client_/, 'note_client_uses'],
  [/^platform:\d+$/, 'note_platform_uses'],
  [ISSUER, 'note_issuer_uses'],
];

interface Use {
  readonly id: string;
  /** What is kept beside it. */
  readonly with: string | null;
}

/** {@link TokenUses} in PostgreSQL. Uses are gathered in memory and written apart from the requests. */
@Injectable()
export class PostgresTokenUses extends TokenUses implements OnModuleDestroy {
  /** When a use of each credential was last noted, by `performance.now()`. */
  private readonly taken = new Map<string, number>();
  /** The uses that are not written yet, by credential. */
  private waiting = new Map<string, Use>();
  private forgetAt = REMEMBERED;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override note(credential: UsedCredential, client: string | undefined): void {
    const now = performance.now();
    const use = useOf(credential, client);
    const key = ISSUER.test(use.id) ? `${use.id} ${use.with}` : use.id;
    if (now - (this.taken.get(key) ?? -Infinity) < INTERVAL_MS) return;
    if (this.taken.size >= this.forgetAt) this.forget(now);
    this.taken.set(key, now);
    this.waiting.set(key, use);
    this.timer ??= setTimeout(() => void outsideOfSpans(() => this.write()), DELAY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    const uses = [...this.waiting.values()];
    this.waiting = new Map();
    for (const [form, functionName] of KEPT) {
      await this.writeBy(
        functionName,
        uses.filter(({ id }) => form.test(id)),
      );
    }
  }

  private async writeBy(functionName: string, uses: readonly Use[]): Promise<void> {
    if (uses.length === 0) return;
    const values = [uses.map(({ id }) => ISSUER.exec(id)?.[1] ?? id), uses.map((use) => use.with)];
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

/** The subject of a signed token may be one of very many, so its uses are those of its issuer in the company. */
function useOf({ id, company }: UsedCredential, client: string | undefined): Use {
  const [issuer] = ISSUER.exec(id) ?? [];
  return issuer === undefined || company === undefined
    ? { id, with: client ?? null }
    : { id: issuer, with: company.id };
}
