import { type ExecutionContext } from '@nestjs/common';
import { type AuthenticatedRequest } from './authenticated-request.js';
import { type Credential } from './credential.js';
import { ResourceNotFoundError } from '../protocol/error/scim-error.js';
import { CompanyInPath } from './decorators.js';
import { type CompanyScope } from '../scim/company-scope.js';
import { CompanyGuard } from './company.guard.js';

@CompanyInPath('tenant_id')
class NamedController {
  list(this: void): void {
    return undefined;
  }
}
class PlainController {
  list(this: void): void {
    return undefined;
  }
}

const USER: Credential = {
  id: '1',
  name: 'test',
  dialect: 'lenient',
  scopes: ['scim:read'],
  company: {
    id: '171',
    slug: 'acme-eu',
    settings: { duplicateGroupNames: false, unknownMembers: 'reject' },
    suspended: false,
  },
};

/** The scope that the guard gives to a request. */
function scopeOf(
  controller: typeof NamedController | typeof PlainController,
  request: Partial<AuthenticatedRequest>,
): CompanyScope | undefined {
  const context = {
    getHandler: () => controller.prototype.list,
    getClass: () => controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  expect(new CompanyGuard().canActivate(context)).toBe(true);
  return request.company;
}

const requestWith = (params: object): Partial<AuthenticatedRequest> =>
  ({ params, user: USER }) as unknown as Partial<AuthenticatedRequest>;

it.each(['acme-eu', '00000000000000ab'])(
  'TEN-02 lets a path pass that names the company: %s',
  (tenant_id) => {
    expect(scopeOf(NamedController, requestWith({ tenant_id }))).toMatchObject({
      companyId: '171',
      slug: 'acme-eu',
    });
  },
);

it.each([
  ['birch'],
  [''],
  ['ACME-EU'],
  ['acme-eu '],
  ['171'],
  ['ab'],
  ['00000000000000AB'],
  ['00000000000000ac'],
  ['0000000000000000ab'],
  [undefined],
  [['acme-eu']],
  ['undefined'],
])('TEN-02 a path that names another one, or none, is 404: %j', (tenant_id) => {
  expect(() => scopeOf(NamedController, requestWith({ tenant_id }))).toThrow(
    new ResourceNotFoundError(String(tenant_id)),
  );
});

it('TEN-02 fails closed where the path has no such parameter', () => {
  expect(() => scopeOf(NamedController, requestWith({}))).toThrow(ResourceNotFoundError);
});

it('takes the company from the credential alone elsewhere', () => {
  expect(scopeOf(PlainController, requestWith({ tenant_id: 'birch' }))).toMatchObject({ slug: 'acme-eu' });
});

it('gives a public route no scope', () => {
  expect(scopeOf(PlainController, { params: {} })).toBeUndefined();
});
