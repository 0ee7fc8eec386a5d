import { Module } from '@nestjs/common';
import { SETTINGS, type ServiceSettings } from '../config/settings.js';
import { SecretBox } from '../webhooks/secret-box.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { RecordingsStore } from './recordings.store.js';
import { RequestRecorder } from './request-recorder.js';

/** Records the requests of companies that want it for a time. */
@Module({
  imports: [WebhooksModule],
  providers: [
    {
      provide: RequestRecorder,
      inject: [RecordingsStore, SecretBox, SETTINGS],
      useFactory: (store: RecordingsStore, secrets: SecretBox, settings: ServiceSettings) =>
        new RequestRecorder(store, secrets, settings),
    },
  ],
  exports: [RequestRecorder],
})
export class RecordingModule {}
