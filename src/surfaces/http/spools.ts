import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SpoolFullError } from './spool.error.js';
import { Spool, type SpoolRoom } from './spool.js';

/** How many spools there may be at once, of all companies together and of one. Each may hold 512 KiB of memory. */
const MOST = 128;
const MOST_OF_COMPANY = 64;

/** What the spools of one company, or all of them, take. */
export interface Usage {
  spools: number;
  bytes: number;
}

export type SpoolSettings = Pick<Settings, 'spoolDir' | 'spoolLimit' | 'spoolCompanyLimit'>;

/** Makes {@link Spool}s, and bounds what they take together. */
@Injectable()
export class Spools {
  private readonly all: Usage = { spools: 0, bytes: 0 };
  private readonly companies = new Map<string, Usage>();

  constructor(@Inject(SETTINGS) private readonly settings: SpoolSettings) {}

  usage(): Readonly<Usage> {
    return { ...this.all };
  }

  /** @throws SpoolFullError where there are as many as there may be, or their files have taken all the room */
  open(companyId: string): Spool {
    const usage = this.companies.get(companyId) ?? { spools: 0, bytes: 0 };
    if (this.all.spools >= MOST || usage.spools >= MOST_OF_COMPANY || !this.hasRoom(usage, 1)) {
      throw new SpoolFullError();
    }
    this.companies.set(companyId, usage);
    count(this.all, usage, { spools: 1, bytes: 0 });
    return new Spool(this.settings.spoolDir, this.roomFor(companyId, usage));
  }

  private hasRoom(usage: Usage, bytes: number): boolean {
    const { spoolLimit, spoolCompanyLimit } = this.settings;
    return this.all.bytes + bytes <= spoolLimit && usage.bytes + bytes <= spoolCompanyLimit;
  }

  private roomFor(companyId: string, usage: Usage): SpoolRoom {
    let taken = 0;
    return {
      take: (bytes) => {
        if (!this.hasRoom(usage, bytes)) throw new SpoolFullError();
        taken += bytes;
        count(this.all, usage, { spools: 0, bytes });
      },
      giveBack: () => {
        count(this.all, usage, { spools: -1, bytes: -taken });
        if (usage.spools === 0) this.companies.delete(companyId);
      },
    };
  }
}

function count(all: Usage, company: Usage, change: Usage): void {
  for (const usage of [all, company]) {
    usage.spools += change.spools;
    usage.bytes += change.bytes;
  }
}
