import { Module, type DynamicModule } from '@nestjs/common';
import { SchemaRegistry } from '../protocol/schema/schema-registry.js';
import { SETTINGS, type Settings } from './settings.js';

/** Provides the settings and the schemas to all modules. */
@Module({})
export class SettingsModule {
  static register(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: SchemaRegistry, useValue: settings.schemas },
      ],
      exports: [SETTINGS, SchemaRegistry],
    };
  }
}
