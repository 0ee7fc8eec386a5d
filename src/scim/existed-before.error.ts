import { ScimError } from '../protocol/error/scim-error.js';

/** 409 for the creation of what has to be new, where it would bring back a resource that was there before. */
export class ExistedBeforeError extends ScimError {
  constructor() {
    super(409, undefined, 'a resource that was there before would come back');
    this.name = 'ExistedBeforeError';
  }
}
