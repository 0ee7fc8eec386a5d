import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, RouterModule } from '@nestjs/core';
import { type Logger } from 'pino';
import { AuthModule } from './auth/auth.module.js';
import { BearerAuthGuard } from './auth/bearer-auth.guard.js';
import { SettingsModule } from './config/settings.module.js';
import { type Settings } from './config/settings.js';
import { HealthModule } from './health/health.module.js';
import { PersistenceModule } from './persistence/persistence.module.js';
import { ScimModule } from './scim/scim.module.js';
import { CompanyModule } from './surfaces/company/company.module.js';
import { COMPANY_SURFACE } from './surfaces/company/company.surface.js';
import { DirectoryModule } from './surfaces/directory/directory.module.js';
import { DIRECTORY_SURFACE } from './surfaces/directory/directory.surface.js';
import { ProvisioningModule } from './surfaces/provisioning/provisioning.module.js';
import { PROVISIONING_SURFACE } from './surfaces/provisioning/provisioning.surface.js';
import { RequestBodyInterceptor } from './surfaces/shared/request-body.interceptor.js';
import { ScimErrorFilter } from './surfaces/shared/scim-error.filter.js';
import { type Surface } from './surfaces/shared/surface.js';
import { STANDARD_SURFACE } from './surfaces/standard/standard.surface.js';
import { TenantModule } from './surfaces/tenant/tenant.module.js';
import { TENANT_SURFACE } from './surfaces/tenant/tenant.surface.js';
import { CompanyGuard } from './tenancy/company.guard.js';

/** A wire format and the module that serves it. */
export interface MountedSurface {
  readonly surface: Surface;
  readonly module: Type;
}

/** Every wire format this server speaks; adding one is a line here. */
export const SURFACES: readonly MountedSurface[] = [
  { surface: STANDARD_SURFACE, module: ScimModule },
  { surface: COMPANY_SURFACE, module: CompanyModule },
  { surface: DIRECTORY_SURFACE, module: DirectoryModule },
  { surface: PROVISIONING_SURFACE, module: ProvisioningModule },
  { surface: TENANT_SURFACE, module: TenantModule },
];

/** The composition root: rooms, mount table, and the one order in which a request passes the guards. */
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
        AuthModule,
        HealthModule,
        ...mounted.map(({ module }) => module),
        RouterModule.register(mounted.map(({ surface, module }) => ({ path: surface.mount, module }))),
      ],
      providers: [
        { provide: APP_GUARD, useClass: BearerAuthGuard },
        { provide: APP_GUARD, useClass: CompanyGuard },
        { provide: APP_INTERCEPTOR, useClass: RequestBodyInterceptor },
        { provide: APP_FILTER, useValue: new ScimErrorFilter(surfaces, logger) },
      ],
    };
  }
}
