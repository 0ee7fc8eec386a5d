import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type WebhookDelivery } from '../../administration/webhook.js';
import { type Administrator } from '../access/administrator.js';
import { Caller } from '../access/decorators.js';
import { AdminController, CompanyParam, Operation, WebhookParam } from '../http/operation.js';
import { BY_RESOURCE_ID, type Page, readPage } from '../http/pages.js';
import {
  DeliveriesQuery,
  DeliveryListView,
  DeliveryView,
  ReplayDeliveries,
  ReplayedView,
} from './webhook.dto.js';

const SAME_ID =
  'webhook-id is the one it had, so that a receiver which folds duplicates drops what it knows.';

@ApiTags('Webhooks')
@AdminController('companies/:company/webhooks/:webhook')
export class AdminDeliveriesController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get('deliveries')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.read',
    id: 'listDeliveries',
    summary: 'List what was and is to be delivered to a webhook, the newest first',
    answer: DeliveryListView,
    refusals: [400, 404],
  })
  list(
    @Param('company') company: string,
    @Param('webhook') id: string,
    @Query() { state, ...query }: DeliveriesQuery,
    @Caller() administrator: Administrator,
  ): Promise<Page<WebhookDelivery>> {
    return this.administration.run(({ webhookDeliveries }) =>
      readPage(query, BY_RESOURCE_ID, async (part) =>
        (await webhookDeliveries.list(company, id, { ...part, state })).map(shownTo(administrator)),
      ),
    );
  }

  @Post('deliveries/:delivery/replay')
  @CompanyParam()
  @WebhookParam()
  @ApiParam({ name: 'delivery', example: '0558ac4d70400002' })
  @Operation({
    permission: 'webhooks.change',
    id: 'replayDelivery',
    summary: 'Send an event again, whatever came of it',
    description: SAME_ID,
    answer: DeliveryView,
    refusals: [404],
  })
  async replay(
    @Param('company') company: string,
    @Param('webhook') id: string,
    @Param('delivery') delivery: string,
    @Caller() administrator: Administrator,
  ): Promise<WebhookDelivery> {
    const replayed = await this.administration.run(({ webhookDeliveries }) =>
      webhookDeliveries.replay(company, id, delivery),
    );
    return shownTo(administrator)(replayed);
  }

  @Post('replay')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.change',
    id: 'replayDeliveries',
    summary: 'Send the events of a time again',
    description: `Those that are over, 10,000 at most; ${SAME_ID}`,
    answer: ReplayedView,
    body: { type: ReplayDeliveries, example: { from: '2026-01-31T08:30:00Z', failed: true } },
    refusals: [404, 409],
  })
  async replayRange(
    @Param('company') company: string,
    @Param('webhook') id: string,
    @Body() range: ReplayDeliveries,
  ): Promise<ReplayedView> {
    const replayed = await this.administration.run(({ webhookDeliveries }) =>
      webhookDeliveries.replayRange(company, id, range),
    );
    return { replayed };
  }

  @Post('test')
  @CompanyParam()
  @WebhookParam()
  @Operation({
    permission: 'webhooks.change',
    id: 'testWebhook',
    summary: 'Send an event webhook.test; the list of deliveries says what came of it',
    status: 201,
    answer: DeliveryView,
    refusals: [404, 409],
  })
  test(@Param('company') company: string, @Param('webhook') id: string): Promise<WebhookDelivery> {
    return this.administration.run(({ webhookDeliveries }) => webhookDeliveries.sendTest(company, id));
  }
}

/** What an endpoint has answered may be the answer of a host that a company may not look at. */
const shownTo =
  ({ roles }: Administrator) =>
  (delivery: WebhookDelivery): WebhookDelivery =>
    roles.includes('operator') ? delivery : { ...delivery, excerpt: null };
