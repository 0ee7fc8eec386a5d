import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { Public } from '../access/decorators.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { PLAIN_JSON } from '../surfaces/http/media-types.js';
import { STANDARD_SURFACE } from '../surfaces/standard/standard.surface.js';
import { describeResource, describeServer } from './metadata.js';
import { documentedResourceMetadata, documentedServerMetadata } from './oauth.openapi.js';
import { OauthClientsStore } from './oauth-clients.store.js';
import { RESOURCE_METADATA, SERVER_METADATA } from './paths.js';
import { serverIssuer } from './server-issuer.js';

/** Metadata for clients: where they get tokens (RFC 8414), and what those tokens are for (RFC 9728). */
@Public()
@Controller()
export class MetadataController {
  constructor(
    private readonly clients: OauthClientsStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get(SERVER_METADATA)
  @documentedServerMetadata
  async server(@Req() request: Request, @Res() response: Response): Promise<void> {
    const hasClientKeys = await this.clients.hasClientKeys();
    send(response, describeServer(serverIssuer(request, this.settings), hasClientKeys, this.settings));
  }

  @Get(`${RESOURCE_METADATA}/${STANDARD_SURFACE.mount}`)
  @documentedResourceMetadata
  resource(@Req() request: Request, @Res() response: Response): void {
    const issuer = serverIssuer(request, this.settings);
    send(response, describeResource(issuer, STANDARD_SURFACE.mount, this.settings));
  }
}

const send = (response: Response, document: object): void =>
  void response.setHeader('Content-Type', PLAIN_JSON).end(JSON.stringify(document));
