import { Body, Delete, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type WebhookRules, type WebhookWithSecret } from '../../administration/webhook-administration.js';
import { type Webhook } from '../../administration/webhook.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SecretBox } from '../../webhooks/secret-box.js';
import { type Administrator } from '../access/administrator.js';
import { Caller } from '../access/decorators.js';
import { AdminController, CompanyParam, Operation, WebhookParam } from '../http/operation.js';
import { BY_RESOURCE_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import { requireAllowedWebhook, WEBHOOK_HOSTS } from './webhook-hosts.js';
import {
  ChangeWebhook,
  CreateWebhook,
  RotateWebhookSecret,
  WebhookListView,
  WebhookView,
  WebhookWithSecretView,
} from './webhook.dto.js';

@ApiTags('Webhooks')
@AdminController('companies/:company/webhooks')
export class AdminWebhooksController {
  private readonly rules: WebhookRules;

  constructor(
    private readonly administration: AdministrationPool,
    secrets: SecretBox,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.rules = { secrets, hosts: settings.webhookHosts };
  }

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'webhooks.read',
    id: 'listWebhooks',
    summary: 'List the webhooks of a company',
    answer: WebhookListView,
    refusals: [400, 404],
  })
  list(@Param('company') company: string, @Query() query: PageQuery): Promise<Page<Webhook>> {
    return this.administration.run(({ webhooks }) =>
      readPage(query, BY_RESOURCE_ID, (part) => webhooks.list(company, part)),
    );
  }

  @Post()
  @CompanyParam()
  @Operation({
    permission: 'webhooks.change',
    id: 'createWebhook',
    summary: 'Send the events of a company to a URL, from now on',
    description: WEBHOOK_HOSTS,
    status: 201,
    answer: WebhookWithSecretView,
    body: {
      type: CreateWebhook,
      example: { name: 'Access service', url: 'https://hooks.example.com/rollcall' },
    },
    refusals: [404, 409],
  })
  async create(
    @Param('company') company: string,
    @Body() webhook: CreateWebhook,
    @Caller() administrator: Administrator,
  ): Promise<WebhookWithSecretView> {
    requireAllowedWebhook(webhook.url, administrator, this.settings);
    return shown(
      await this.administration.run(({ webhooks }) => webhooks.create(company, webhook, this.rules)),
    );
  }

  @Get(':webhook')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.read',
    id: 'showWebhook',
    summary: 'See a webhook, and how it does',
    answer: WebhookView,
    refusals: [404],
  })
  show(@Param('company') company: string, @Param('webhook') id: string): Promise<Webhook> {
    return this.administration.run(({ webhooks }) => webhooks.show(company, id));
  }

  @Patch(':webhook')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.change',
    id: 'changeWebhook',
    summary: 'Change the name, the URL or the types of events of a webhook',
    description: `${WEBHOOK_HOSTS} With another URL, what was not delivered is tried afresh.`,
    answer: WebhookView,
    body: { type: ChangeWebhook, example: { types: ['user.deleted', 'group.members'] } },
    refusals: [404],
  })
  change(
    @Param('company') company: string,
    @Param('webhook') id: string,
    @Body() changed: ChangeWebhook,
    @Caller() administrator: Administrator,
  ): Promise<Webhook> {
    requireAllowedWebhook(changed.url, administrator, this.settings);
    return this.administration.run(({ webhooks }) => webhooks.change(company, id, changed, this.rules));
  }

  @Post(':webhook/disable')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.change',
    id: 'disableWebhook',
    summary: 'Send nothing to a webhook until it is enabled',
    answer: WebhookView,
    refusals: [404],
  })
  disable(@Param('company') company: string, @Param('webhook') id: string): Promise<Webhook> {
    return this.administration.run(({ webhooks }) => webhooks.disable(company, id));
  }

  @Post(':webhook/enable')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.change',
    id: 'enableWebhook',
    summary: 'Go on with a webhook where it stopped',
    description:
      'What was not delivered is tried afresh, and what was changed since is sent, as long as the journal is kept.',
    answer: WebhookView,
    refusals: [404],
  })
  enable(@Param('company') company: string, @Param('webhook') id: string): Promise<Webhook> {
    return this.administration.run(({ webhooks }) => webhooks.enable(company, id));
  }

  @Delete(':webhook')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.change',
    id: 'deleteWebhook',
    summary: 'Remove a webhook with its secrets',
    refusals: [404],
  })
  delete(@Param('company') company: string, @Param('webhook') id: string): Promise<void> {
    return this.administration.run(({ webhooks }) => webhooks.delete(company, id));
  }

  @Post(':webhook/rotate')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.change',
    id: 'rotateWebhookSecret',
    summary: 'Make a secret, and let all others end after an overlap',
    description: 'During the overlap messages carry a signature by each secret.',
    status: 201,
    answer: WebhookWithSecretView,
    body: { type: RotateWebhookSecret, example: { overlapHours: 24 } },
    refusals: [404, 409],
  })
  async rotate(
    @Param('company') company: string,
    @Param('webhook') id: string,
    @Body() { overlapHours }: RotateWebhookSecret,
  ): Promise<WebhookWithSecretView> {
    return shown(
      await this.administration.run(({ webhooks }) =>
        webhooks.rotateSecret(company, id, overlapHours, this.rules),
      ),
    );
  }
}

const shown = ({ webhook, secret }: WebhookWithSecret): WebhookWithSecretView => ({ ...webhook, secret });
