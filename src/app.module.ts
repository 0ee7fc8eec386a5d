import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, RouterModule } from '@nestjs/core';
import { type Logger } from 'pino';
import { AccessModule } from './access/access.module.js';
import { AccessTokensStore } from './access/access-tokens.store.js';
import { AdminApiModule } from './admin-api/admin-api.module.js';
import { ADMIN_MOUNT } from './admin-api/http/mount.js';
import { AuthzenConfigurationModule, AuthzenModule } from './authzen/authzen.module.js';
import { AUTHZEN_MOUNT } from './authzen/mount.js';
import { BearerAuthGuard } from './access/bearer-auth.guard.js';
import { ExpiryWarnings } from './access/expiry-warnings.js';
import { SilenceWarnings } from './access/silence-warnings.js';
import { commandOf } from './config/command.js';
import { SettingsModule } from './config/settings.module.js';
import { type ServiceSettings } from './config/settings.js';
import { LimitsModule } from './limits/limits.module.js';
import { CompanyLimitsGuard } from './limits/company-limits.guard.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { HealthModule } from './health/health.module.js';
import { OauthModule } from './oauth/oauth.module.js';
import { PersistenceModule } from './persistence/persistence.module.js';
import { PLATFORM_MOUNT } from './platform-api/http/mount.js';
import { PlatformApiModule } from './platform-api/platform-api.module.js';
import { RecordingModule } from './recording/recording.module.js';
import { ScimModule } from './scim.module.js';
import { ParadigmModule } from './surfaces/paradigm/paradigm.module.js';
import { PARADIGM_SURFACE } from './surfaces/paradigm/paradigm.surface.js';
import { OudModule } from './surfaces/oud/oud.module.js';
import { OUD_SURFACE } from './surfaces/oud/oud.surface.js';
import { StrongdmModule } from './surfaces/strongdm/strongdm.module.js';
import { STRONGDM_SURFACE } from './surfaces/strongdm/strongdm.surface.js';
import { AcceptGuard } from './surfaces/http/accept.guard.js';
import { AnswersModule } from './surfaces/http/answers.module.js';
import { QueryGuard } from './surfaces/http/query.guard.js';
import { RouteGuard } from './surfaces/http/route.guard.js';
import { ScimErrorFilter } from './surfaces/http/scim-error.filter.js';
import { type Surface } from './surfaces/http/surface.js';
import { STANDARD_SURFACE } from './surfaces/standard/standard.surface.js';
import { ScaikeyModule } from './surfaces/scaikey/scaikey.module.js';
import { SCAIKEY_SURFACE } from './surfaces/scaikey/scaikey.surface.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { CompanyGuard } from './access/company.guard.js';

/** A wire format and the module that serves it. */
export interface MountedSurface {
  readonly surface: Surface;
  readonly module: Type;
}

/** The wire formats of this server. A new one is added here. */
export const SURFACES: readonly MountedSurface[] = [
  { surface: STANDARD_SURFACE, module: ScimModule },
  { surface: PARADIGM_SURFACE, module: ParadigmModule },
  { surface: OUD_SURFACE, module: OudModule },
  { surface: STRONGDM_SURFACE, module: StrongdmModule },
  { surface: SCAIKEY_SURFACE, module: ScaikeyModule },
];

/** The composition root: it imports all modules, mounts the surfaces, and sets the order of the guards. */
@Module({})
export class AppModule {
  static register(
    settings: ServiceSettings,
    databaseUrl: string,
    logger: Logger,
    mounted: readonly MountedSurface[] = SURFACES,
  ): DynamicModule {
    const administration = settings.adminToken === undefined ? [] : [AdminApiModule];
    return {
      module: AppModule,
      imports: [
        SettingsModule.register(settings),
        PersistenceModule.register(settings, databaseUrl),
        AccessModule,
        LimitsModule,
        HealthModule,
        OauthModule,
        AnswersModule,
        WebhooksModule,
        RecordingModule,
        ...(settings.metrics ? [MetricsModule] : []),
        ...mounted.map(({ module }) => module),
        ...administration,
        PlatformApiModule,
        AuthzenModule,
        AuthzenConfigurationModule,
        RouterModule.register([
          ...mounted.map(({ surface, module }) => ({ path: surface.mount, module })),
          ...administration.map((module) => ({ path: ADMIN_MOUNT, module })),
          { path: PLATFORM_MOUNT, module: PlatformApiModule },
          { path: AUTHZEN_MOUNT, module: AuthzenModule },
        ]),
      ],
      providers: [
        {
          provide: ExpiryWarnings,
          inject: [AccessTokensStore],
          useFactory: (tokens: AccessTokensStore) => new ExpiryWarnings(tokens, logger, commandOf),
        },
        {
          provide: SilenceWarnings,
          inject: [AccessTokensStore],
          useFactory: (tokens: AccessTokensStore) => new SilenceWarnings(tokens, logger),
        },
        { provide: APP_GUARD, useClass: BearerAuthGuard },
        { provide: APP_GUARD, useClass: CompanyGuard },
        { provide: APP_GUARD, useClass: CompanyLimitsGuard },
        { provide: APP_GUARD, useValue: new RouteGuard(mounted) },
        { provide: APP_GUARD, useClass: AcceptGuard },
        { provide: APP_GUARD, useClass: QueryGuard },
        { provide: APP_FILTER, useValue: new ScimErrorFilter() },
      ],
    };
  }
}
