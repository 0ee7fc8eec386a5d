import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Public } from '../access/decorators.js';
import { originOf } from '../config/origin.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { PLAIN_JSON } from '../surfaces/http/media-types.js';
import { DocumentedConfiguration } from './authzen.openapi.js';
import { AUTHZEN_MOUNT, CONFIGURATION_PATH } from './mount.js';

/** What a policy decision point offers (AuthZEN 1.0 §9.1.1). */
interface Configuration {
  readonly policy_decision_point: string;
  readonly access_evaluation_endpoint: string;
  readonly access_evaluations_endpoint: string;
  readonly search_subject_endpoint: string;
  readonly search_resource_endpoint: string;
  readonly search_action_endpoint: string;
}

/** It changes with `PUBLIC_URL` alone. */
const CACHED = 'public, max-age=3600';

/** Where clients find out by themselves what is offered: for the company of their token, and for one that they name. */
@ApiTags('AuthZEN')
@Public()
@Controller(CONFIGURATION_PATH)
export class AuthzenConfigurationController {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  @Get()
  @DocumentedConfiguration(
    'showAuthzenConfiguration',
    'Show where memberships of the company of a token are decided',
  )
  own(@Req() request: Request, @Res() response: Response): void {
    this.send(request, response);
  }

  /** The same for every name: whether there is such a company is told to nobody who may not read it. */
  @Get(':company')
  @DocumentedConfiguration(
    'showCompanyAuthzenConfiguration',
    'Show where memberships of a company are decided',
    true,
  )
  ofCompany(@Param('company') company: string, @Req() request: Request, @Res() response: Response): void {
    this.send(request, response, `/${encodeURIComponent(company)}`);
  }

  private send({ socket }: Request, response: Response, company = ''): void {
    const base = originOf(this.settings, socket.localPort ?? this.settings.port);
    const endpoints = `${base}/${AUTHZEN_MOUNT}${company}`;
    const configuration: Configuration = {
      policy_decision_point: base + company,
      access_evaluation_endpoint: `${endpoints}/evaluation`,
      access_evaluations_endpoint: `${endpoints}/evaluations`,
      search_subject_endpoint: `${endpoints}/search/subject`,
      search_resource_endpoint: `${endpoints}/search/resource`,
      search_action_endpoint: `${endpoints}/search/action`,
    };
    response
      .setHeader('Content-Type', PLAIN_JSON)
      .setHeader('Cache-Control', CACHED)
      .end(JSON.stringify(configuration));
  }
}
