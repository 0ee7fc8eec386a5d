import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { stringify } from 'yaml';
import { AppModule, SURFACES } from './app.module.js';
import { readSettings } from './config/read-settings.js';
import { createDocument } from './documentation/documents.js';
import { createLogger } from './logging/logger.js';

/** Folder of the documents, relative to the project's root. */
const FOLDER = 'openapi';

/**
 * Writes the OpenAPI document of each surface, without extensions of a deployment. The preview mode of Nest creates no providers, so no database is
 * needed.
 */
async function writeDocuments(): Promise<void> {
  const settings = readSettings({});
  const root = AppModule.register(settings, 'postgres://localhost/rollcall', createLogger('silent'));
  const app = await NestFactory.create(root, { preview: true, logger: false });
  mkdirSync(FOLDER, { recursive: true });
  for (const mounted of SURFACES) {
    const text = stringify(createDocument(app, mounted, settings.schemas), {
      lineWidth: 110,
      aliasDuplicateObjects: false,
    });
    writeFileSync(`${FOLDER}/${mounted.surface.name}.yaml`, text);
  }
}

await writeDocuments();
