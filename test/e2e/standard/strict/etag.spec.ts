import { useDialect } from '../../../support/application.js';

useDialect('strict');
await import('../etag.spec.js');
