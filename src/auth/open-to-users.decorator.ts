import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const OPEN_TO_USERS = 'rollcall:open-to-users';

/** On a controller or route: also for tokens that stand for a user, which open nothing else. */
export const OpenToUsers = (): CustomDecorator => SetMetadata(OPEN_TO_USERS, true);
