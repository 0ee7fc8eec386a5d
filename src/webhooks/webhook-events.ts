import { Inject, Injectable } from '@nestjs/common';
import { originOf } from '../config/origin.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type Change } from '../feed/change.js';
import { ChangeIds } from '../feed/change-ids.js';
import { FeedStore } from '../feed/feed.store.js';
import { toChange } from '../feed/to-change.js';
import { type CompanyScope } from '../scim/company-scope.js';
import { chatBodyOf, chatMessageOf } from './chat-messages.js';
import { type WebhookFormat } from './webhook-format.js';

/** Standard Webhooks 1.0 recommends bodies under 20 kB. */
const LONGEST_BODY = 20_000;
/** How many entries of the feed are read at once. */
const MOST_READ = 50;

/** An entry of the feed that is to be sent. */
export interface EntryPlace {
  /** In decimal digits. */
  readonly place: string;
  /** 16 hex digits. */
  readonly entryId: string;
}

/** A message before it is signed. */
export interface WebhookEvent {
  readonly type: string;
  /** JSON: `type`, `timestamp` and `data`, or what a chat takes. */
  readonly body: string;
}

/** @param time in ISO 8601 and UTC */
export const eventOf = (type: string, time: string, data: object): WebhookEvent => ({
  type,
  body: JSON.stringify({ type, timestamp: time, data }),
});

/** Makes messages of what stands in the feed. */
@Injectable()
export class WebhookEvents {
  constructor(
    private readonly store: FeedStore,
    private readonly ids: ChangeIds,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The messages of entries, by their ids. Entries that the feed does not tell are left out, and those that are not kept any
   * more; for a chat also those that are no alerts.
   *
   * @throws UnavailableError where the database can't be asked
   */
  async read(
    { companyId }: CompanyScope,
    entries: readonly EntryPlace[],
    format: WebhookFormat,
  ): Promise<ReadonlyMap<string, WebhookEvent>> {
    const reader = { id: companyId, companies: [companyId] };
    const events = new Map<string, WebhookEvent>();
    const wanted = new Set(entries.map(({ entryId }) => entryId));
    let left = entries.map(({ place }) => BigInt(place)).sort((one, other) => (one < other ? -1 : 1));
    while (left.length > 0) {
      const behind = { place: String(left[0]! - 1n), at: new Date() };
      const part = await this.store.read(reader, behind, left.length === 1 ? 1 : MOST_READ);
      for (const entry of part?.entries ?? []) {
        if (!wanted.has(entry.entryId)) continue;
        const change = toChange(entry, this.ids, (slug, id) => this.urlOfMembers(slug, id));
        const event = change && this.eventOf(change, format);
        if (event) events.set(entry.entryId, event);
      }
      const last = part?.entries.at(-1);
      const read = last === undefined ? left[0]! : BigInt(last.place);
      left = left.slice(1).filter((place) => place > read);
    }
    return events;
  }

  private eventOf(change: Change, format: WebhookFormat): WebhookEvent | undefined {
    if (format === 'standard') return this.standardEventOf(change);
    const message = chatMessageOf(change, this.origin);
    return message && { type: change.type, body: chatBodyOf(format, message) };
  }

  /** The first form of the change that is short enough: whole, without members, without names and what else is long. */
  private standardEventOf(change: Change): WebhookEvent {
    const { members, resource, company, id } = change;
    const omitted = members && members.added.length + members.removed.length + members.omitted;
    const url = this.urlOfMembers(company.slug, id);
    const withoutMembers: Change = {
      ...change,
      ...(omitted !== undefined && { members: { added: [], removed: [], omitted, url } }),
    };
    const { detail: _, ...rest } = withoutMembers;
    const short: Change = {
      ...rest,
      ...(resource && { resource: { type: resource.type, id: resource.id, version: resource.version } }),
      attributes: [],
    };
    const forms = [change, withoutMembers, short].map((data) => eventOf(change.type, change.time, data));
    return forms.find(({ body }) => Buffer.byteLength(body) < LONGEST_BODY) ?? forms[2]!;
  }

  private get origin(): string {
    return originOf(this.settings, this.settings.port);
  }

  private urlOfMembers(slug: string, id: string): string {
    return `${this.origin}/platform/v1/companies/${slug}/changes/${id}/members`;
  }
}
