import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const ACCEPTS_BASIC = 'rollcall:basic';

/**
 * On a controller or route: a token may also come as the password of HTTP Basic (RFC 7617), whatever the user name,
 * for clients that know no other way.
 */
export const AcceptsBasic = (): CustomDecorator => SetMetadata(ACCEPTS_BASIC, true);
