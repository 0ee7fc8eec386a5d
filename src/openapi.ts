import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { type OpenAPIObject } from '@nestjs/swagger';
import { stringify } from 'yaml';
import { AppModule, SURFACES } from './app.module.js';
import { readSettings } from './config/read-settings.js';
import {
  ADMIN_DOCUMENT,
  createAdminDocument,
  createDocument,
  createOauthDocument,
  createPlatformDocument,
  OAUTH_DOCUMENT,
  PLATFORM_DOCUMENT,
} from './documentation/documents.js';
import { createLogger } from './logging/logger.js';

/** Folder of the documents, relative to the project's root. */
const FOLDER = 'openapi';

/**
 * Writes the OpenAPI document of each surface, of the token endpoint, of the admin API and of the platform API, without extensions of a
 * deployment. The preview mode of Nest creates no providers, so no database is needed.
 */
async function writeDocuments(): Promise<void> {
  // With it there is an admin API.
  const ADMIN_TOKEN = 'x'.repeat(32);
  const settings = { ...readSettings({ ADMIN_TOKEN }), secretKey: '' };
  const root = AppModule.register(settings, 'postgres://localhost/rollcall', createLogger('silent'));
  const app = await NestFactory.create(root, { preview: true, logger: false });
  mkdirSync(FOLDER, { recursive: true });
  const write = (name: string, document: OpenAPIObject): void => {
    const text = stringify(document, { lineWidth: 110, aliasDuplicateObjects: false });
    writeFileSync(`${FOLDER}/${name}.yaml`, text);
  };
  for (const mounted of SURFACES) {
    write(mounted.surface.name, createDocument(app, mounted, settings.schemas));
  }
  write(OAUTH_DOCUMENT, createOauthDocument(app));
  write(ADMIN_DOCUMENT, createAdminDocument(app));
  write(PLATFORM_DOCUMENT, createPlatformDocument(app));
}

await writeDocuments();
