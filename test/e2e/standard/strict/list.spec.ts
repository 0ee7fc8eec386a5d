import { useDialect } from '../../../support/application.js';

useDialect('strict');
await import('../list.spec.js');
