import { Body, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type RecordingState } from '../../administration/recording.js';
import { hasOwnSecretsKey, SETTINGS, type ServiceSettings } from '../../config/settings.js';
import { RequestRecorder } from '../../recording/request-recorder.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { RecordingView, StartRecording } from './recording.dto.js';

@ApiTags('Recordings')
@AdminController('companies/:company/recording')
export class AdminRecordingController {
  private readonly possible: boolean;

  constructor(
    private readonly administration: AdministrationPool,
    private readonly recorder: RequestRecorder,
    @Inject(SETTINGS) settings: ServiceSettings,
  ) {
    this.possible = hasOwnSecretsKey(settings);
  }

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'recordings.state',
    id: 'showRecording',
    summary: 'Show whether the requests of a company are being recorded',
    answer: RecordingView,
    refusals: [404],
  })
  show(@Param('company') company: string): Promise<RecordingState> {
    return this.administration.run(({ recordings }) => recordings.state(company, this.possible));
  }

  @Post()
  @CompanyParam()
  @Operation({
    permission: 'recordings.change',
    id: 'startRecording',
    summary: 'Record the requests of a company, with their bodies, for an hour at most',
    description:
      'Only where `SECRETS_KEY` is set. It ends by itself behind 1,000 requests or 20 MiB. Other processes begin within two ' +
      'seconds. What is recorded is kept for 7 days.',
    status: 201,
    answer: RecordingView,
    body: { type: StartRecording, example: { minutes: 60 } },
    refusals: [404, 409],
  })
  async start(
    @Param('company') company: string,
    @Body() { minutes }: StartRecording,
  ): Promise<RecordingState> {
    return this.change(
      this.administration.run(({ recordings }) => recordings.start(company, minutes, this.possible)),
    );
  }

  @Post('stop')
  @CompanyParam()
  @Operation({
    permission: 'recordings.change',
    id: 'stopRecording',
    summary: 'Stop recording; what was recorded stays',
    answer: RecordingView,
    refusals: [404, 409],
  })
  async stop(@Param('company') company: string): Promise<RecordingState> {
    await this.recorder.flush();
    return this.change(this.administration.run(({ recordings }) => recordings.stop(company, this.possible)));
  }

  @Delete()
  @CompanyParam()
  @Operation({
    permission: 'recordings.change',
    id: 'eraseRecordings',
    summary: 'Erase all that was recorded of a company, and stop recording',
    refusals: [404, 409],
  })
  async erase(@Param('company') company: string): Promise<void> {
    await this.change(this.administration.run(({ recordings }) => recordings.erase(company)));
  }

  /** Lets this process see the change at once; the others see it when they next look. */
  private async change<T>(changed: Promise<T>): Promise<T> {
    const result = await changed;
    await this.recorder.look();
    return result;
  }
}
