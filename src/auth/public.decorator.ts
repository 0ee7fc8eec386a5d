import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const IS_PUBLIC = 'rollcall:public';

/** A route that answers without a credential. The list of them stands in `test/architecture.spec.ts`. */
export const Public = (): CustomDecorator => SetMetadata(IS_PUBLIC, true);
