import { useDialect } from '../../../support/application.js';

useDialect('strict');
await import('../prefer.spec.js');
