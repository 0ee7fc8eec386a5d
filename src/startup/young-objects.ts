import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make all new objects among the young ones. By itself it makes those of a place among the old ones if most that were
 * made there before outlived collections, as they do while modules are loaded. Whatever such an object refers to, a driver's
 * rows for example, then outlives each collection of young objects, long after the request that it was for.
 */
export function makeObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
