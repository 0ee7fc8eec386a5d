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

/** The function that notes uses, by the form of the credential's id: tokens, OAuth clients and platform credentials. */
const KEPT: readonly (readonly [form: RegExp, functionName: string])[] = [
  [/^\d+$/, 'note_token_uses'],
  [/^client_/, 'note_client_uses'],
  [/^platform:\d+$/, 'note_platform_uses'],
];

interface Use {
  /** Uses of one key are one. */
  readonly key: string;
  readonly functionName: string;
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
    if (use === undefined || now - (this.taken.get(use.key) ?? -Infinity) < INTERVAL_MS) return;
    if (this.taken.size >= this.forgetAt) this.forget(now);
    this.taken.set(use.key, now);
    this.waiting.set(use.key, use);
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
    for (const functionName of new Set(uses.map((use) => use.functionName))) {
      await this.writeBy(
        functionName,
        uses.filter((use) => use.functionName === functionName),
      );
    }
  }

  private async writeBy(functionName: string, uses: readonly Use[]): Promise<void> {
    const values = [uses.map(({ id }) => id), uses.map((use) => use.with)];
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

/**
 * The subject of a signed token may be one of very many, so its uses are those of its issuer in the company. Undefined for a
 * credential whose uses are not kept.
 */
function useOf({ id, company }: UsedCredential, client: string | undefined): Use | undefined {
  const issuer = ISSUER.exec(id)?.[1];
  if (issuer !== undefined && company !== undefined) {
    return {
      key: `jwt:${issuer} ${company.id}`,
      functionName: 'note_issuer_uses',
      id: issuer,
      with: company.id,
    };
  }
  const kept = KEPT.find(([form]) => form.test(id));
  return kept && { key: id, functionName: kept[1], id, with: client ?? null };
}
