import { useDialect } from '../../../support/application.js';

useDialect('strict');
await import('../read.spec.js');
