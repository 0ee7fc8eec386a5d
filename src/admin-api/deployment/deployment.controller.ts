import { Get, Inject, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { testConnection } from '../../administration/deployment/connection-test.js';
import { type SupportBundle } from '../../administration/deployment/support-bundle.js';
import { SETTINGS, type ServiceSettings } from '../../config/settings.js';
import { AdminController, Operation } from '../http/operation.js';
import { ConnectionTestView, SupportBundleView } from './deployment.dto.js';

@ApiTags('Deployment')
@AdminController()
export class AdminDeploymentController {
  /** The test that is under way, whose result everybody gets who asks meanwhile. */
  private test: Promise<ConnectionTestView> | undefined;
  private bundle: Promise<SupportBundle> | undefined;

  constructor(
    private readonly administration: AdministrationPool,
    @Inject(SETTINGS) private readonly settings: ServiceSettings,
  ) {}

  @Post('connection-test')
  @Operation({
    permission: 'deployment.examine',
    id: 'testConnection',
    summary: 'Test from the machine of the service whether clients reach it at PUBLIC_URL',
    description:
      'Looks the name up, and calls PUBLIC_URL: whether it answers, its certificate, redirects, whether it leads to this ' +
      'deployment and passes SCIM on, and the clocks. It takes ten seconds at most. How others come to that address is not ' +
      'tested.',
    status: 200,
    answer: ConnectionTestView,
  })
  testConnection(): Promise<ConnectionTestView> {
    this.test ??= this.runTest().finally(() => (this.test = undefined));
    return this.test;
  }

  @Get('support-bundle')
  @Operation({
    permission: 'deployment.examine',
    id: 'makeSupportBundle',
    summary: 'Gather what somebody who helps has to know',
    description:
      'Versions, settings, the checks of `rollcall doctor`, migrations, counts of each company and of what was refused ' +
      'there within seven days. It holds no secret, no name of a company and nothing of a person.',
    answer: SupportBundleView,
  })
  async makeSupportBundle(@Res({ passthrough: true }) response: Response): Promise<SupportBundle> {
    this.bundle ??= this.administration
      .run(({ deployment }) => deployment.supportBundle(this.settings))
      .finally(() => (this.bundle = undefined));
    const made = await this.bundle;
    response.attachment(`rollcall-support-${made.created.slice(0, 10)}.json`);
    return made;
  }

  private async runTest(): Promise<ConnectionTestView> {
    const checks = await testConnection(this.settings, () =>
      this.administration.run(({ deployment }) => deployment.checkClock()),
    );
    return { publicUrl: this.settings.publicUrl ?? null, checks: [...checks] };
  }
}
