import { type Change } from '../feed/change.js';
import { ALERT_TYPES, type AlertType } from '../feed/change-types.js';
import { type HeldRule } from '../protocol/error/held.error.js';
import { plainText } from '../protocol/text/plain-text.js';
import { type ChatFormat } from './webhook-format.js';

/** What somebody is told in a chat, and where there is more. */
export interface ChatMessage {
  readonly text: string;
  /** The address of a page of the console. */
  readonly url: string;
}

const LONGEST_NAME = 100;
const OPEN = 'Open the console';

/** The page of a company on which each alert is seen to. */
const PAGES: Readonly<Record<AlertType, string>> = {
  'guard.warned': 'safety',
  'guard.held': 'safety',
  'guard.released': 'safety',
  'credential.expiring': 'credentials',
  'company.suspended': 'log',
  'company.resumed': 'log',
  'company.silent': 'connect',
};

/**
 * What a change is for people in a chat; undefined for one that is no alert.
 *
 * @param origin the address of the service, without a slash at the end
 */
export function chatMessageOf(
  { type, company: { slug }, detail = {} }: Pick<Change, 'type' | 'company' | 'detail'>,
  origin: string,
): ChatMessage | undefined {
  if (!isAlert(type)) return undefined;
  return { text: sentenceOf(type, slug, detail), url: `${origin}/console/companies/${slug}/${PAGES[type]}` };
}

/** The message by which an administrator tries an endpoint. */
export const chatTest = (slug: string, origin: string): ChatMessage => ({
  text: `A test: alerts of ${slug} arrive here.`,
  url: `${origin}/console/companies/${slug}/events`,
});

/** The body of a message, as the incoming webhooks of a chat take it. Nothing in the text can become a link or a mention. */
export function chatBodyOf(format: ChatFormat, { text, url }: ChatMessage): string {
  switch (format) {
    case 'slack':
      return JSON.stringify({ text: `${escapeMrkdwn(text)}\n<${url}|${OPEN}>` });
    case 'teams':
      return JSON.stringify({
        type: 'message',
        attachments: [
          {
            contentType: 'application/vnd.microsoft.card.adaptive',
            content: {
              $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
              type: 'AdaptiveCard',
              version: '1.4',
              // Runs of text have no Markdown, which a block of text would have.
              body: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] }],
              actions: [{ type: 'Action.OpenUrl', title: OPEN, url }],
            },
          },
        ],
      });
  }
}

const isAlert = (type: Change['type']): type is AlertType =>
  (ALERT_TYPES as readonly string[]).includes(type);

function sentenceOf(type: AlertType, slug: string, detail: Readonly<Record<string, unknown>>): string {
  switch (type) {
    case 'guard.warned':
      return `${slug}: much was removed, ${describeRule(detail)}. Nothing is held.`;
    case 'guard.held':
      return `${slug}: removals are held, ${describeRule(detail)}. Who left keeps access until they are released.`;
    case 'guard.released':
      return `${slug}: removals are let through again.`;
    case 'credential.expiring':
      return `${slug}: the credential “${textOf(detail['name'])}” ends ${dayOf(detail['expires'])}. Rotate it before.`;
    case 'company.suspended':
      return `${slug} is suspended: all of its requests are refused.`;
    case 'company.resumed':
      return `${slug} is served again.`;
    case 'company.silent':
      return `${slug} has sent no request for ${textOf(detail['hours'])} hours, the last one ${dayOf(detail['lastUsed'])}. See whether the identity provider still synchronises.`;
  }
}

function describeRule(rule: Partial<HeldRule>): string {
  const { kind, removed = 0, of = 0, windowMinutes } = rule;
  const what = kind === 'group' ? 'members of a group' : (kind ?? 'members');
  return `${removed.toLocaleString('en')} of ${of.toLocaleString('en')} ${what} within ${windowMinutes} minutes`;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? plainText(String(value), LONGEST_NAME) : '…';

/** `on 2026-01-31 at 08:30 UTC` */
function dayOf(value: unknown): string {
  const time = new Date(typeof value === 'string' ? value : NaN);
  if (Number.isNaN(time.getTime())) return 'soon';
  const [day, clock] = time.toISOString().split('T');
  return `on ${day} at ${clock?.slice(0, 5)} UTC`;
}

/** Slack reads these three characters alone as markup for links and mentions. */
const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
