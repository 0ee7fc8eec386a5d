/** What a request asks for. */
export interface RequestOperation {
  readonly name:
    'create' | 'replace' | 'patch' | 'delete' | 'bulk' | 'read' | 'list' | 'search' | 'describe' | undefined;
  readonly resourceType?: 'User' | 'Group';
  /** The id in the path, where it has the form of one. */
  readonly resourceId?: string;
}

const TYPES = new Map<string, 'User' | 'Group'>([
  ['users', 'User'],
  ['groups', 'Group'],
  ['me', 'User'],
]);
const DISCOVERY = new Set(['serviceproviderconfig', 'serviceproviderconfigs', 'resourcetypes', 'schemas']);
const WRITES = new Map<string, RequestOperation['name']>([
  ['POST', 'create'],
  ['PUT', 'replace'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);

/** An id, with the prefix that one surface gives it or without. */
const RESOURCE_ID = /^(?:[ar]-)?([0-9a-f]{16})$/;

/**
 * What a request asks for, by its method and its path behind the surface's mount, `/Users/42`. All surfaces name their
 * endpoints alike.
 */
export function operationOf(method: string, endpoint: string): RequestOperation {
  const [, first = '', second = ''] = endpoint.split('/', 3);
  const lower = first.toLowerCase();
  if (lower === 'bulk') return { name: method === 'POST' ? 'bulk' : undefined };
  if (DISCOVERY.has(lower)) return { name: 'describe' };
  if (lower === '' || lower === '.search') return { name: listing(method, lower) };
  const resourceType = TYPES.get(lower);
  if (resourceType === undefined) return { name: undefined };
  if (second.toLowerCase() === '.search') return { name: listing(method, second), resourceType };
  const [, resourceId] = RESOURCE_ID.exec(second) ?? [];
  const name = nameOf(method, second !== '' || lower === 'me');
  return { name, resourceType, ...(resourceId !== undefined && { resourceId }) };
}

const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD';

function listing(method: string, search: string): RequestOperation['name'] {
  if (search !== '') return method === 'POST' ? 'search' : undefined;
  return isReading(method) ? 'list' : undefined;
}

function nameOf(method: string, isOne: boolean): RequestOperation['name'] {
  if (isReading(method)) return isOne ? 'read' : 'list';
  return WRITES.get(method);
}
