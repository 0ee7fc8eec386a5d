import { useDialect } from '../../../support/application.js';

useDialect('strict');
await import('../groups.spec.js');
