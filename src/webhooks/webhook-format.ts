/** What messages of an endpoint look like: those of Standard Webhooks, or what the incoming webhooks of a chat take. */
export const WEBHOOK_FORMATS = ['standard', 'slack', 'teams'] as const;

export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

/** A format for people, who are told of alerts alone. */
export type ChatFormat = Exclude<WebhookFormat, 'standard'>;
