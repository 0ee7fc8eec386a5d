import { useDialect } from '../../../support/application.js';

useDialect('strict');
await import('../search.spec.js');
