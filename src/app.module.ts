import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, RouterModule } from '@nestjs/core';
import { type Logger } from 'pino';
import { AccessModule } from './access/access.module.js';
import { BearerAuthGuard } from './access/bearer-auth.guard.js';
import { SettingsModule } from './config/settings.module.js';
import { type Settings } from './config/settings.js';
import { HealthModule } from './health/health.module.js';
import { PersistenceModule } from './persistence/persistence.module.js';
import { ScimModule } from './scim.module.js';
import { ParadigmModule } from './surfaces/paradigm/paradigm.module.js';
import { PARADIGM_SURFACE } from './surfaces/paradigm/paradigm.surface.js';
import { OudModule } from './surfaces/oud/oud.module.js';
import { OUD_SURFACE } from './surfaces/oud/oud.surface.js';
import { StrongdmModule } from './surfaces/strongdm/strongdm.module.js';
import { STRONGDM_SURFACE } from './surfaces/strongdm/strongdm.surface.js';
import { AcceptGuard } from './surfaces/http/accept.guard.js';
import { RequestBodyInterceptor } from './surfaces/http/request-body.interceptor.js';
import { RouteGuard } from './surfaces/http/route.guard.js';
import { ScimErrorFilter } from './surfaces/http/scim-error.filter.js';
import { type Surface } from './surfaces/http/surface.js';
import { STANDARD_SURFACE } from './surfaces/standard/standard.surface.js';
import { ScaikeyModule } from './surfaces/scaikey/scaikey.module.js';
import { SCAIKEY_SURFACE } from './surfaces/scaikey/scaikey.surface.js';
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
    settings: Settings,
    databaseUrl: string,
    logger: Logger,
    mounted: readonly MountedSurface[] = SURFACES,
  ): DynamicModule {
    const surfaces = mounted.map(({ surface }) => surface);
    return {
      module: AppModule,
      imports: [
        SettingsModule.register(settings),
        PersistenceModule.register(settings, databaseUrl),
        AccessModule,
        HealthModule,
        ...mounted.map(({ module }) => module),
        RouterModule.register(mounted.map(({ surface, module }) => ({ path: surface.mount, module }))),
      ],
      providers: [
        { provide: APP_GUARD, useClass: BearerAuthGuard },
        { provide: APP_GUARD, useClass: CompanyGuard },
        { provide: APP_GUARD, useValue: new RouteGuard(mounted) },
        { provide: APP_GUARD, useValue: new AcceptGuard(surfaces) },
        { provide: APP_INTERCEPTOR, useClass: RequestBodyInterceptor },
        { provide: APP_FILTER, useValue: new ScimErrorFilter(surfaces, logger) },
      ],
    };
  }
}
