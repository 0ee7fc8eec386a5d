import { timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { hashAccessToken, isTokenOf } from '../../access/access-token.js';
import { AuthenticationFailures } from '../../access/authentication-failures.js';
import { bearerToken, challenges } from '../../access/authorization-header.js';
import { authorizationRefusal } from '../../access/authorization-refusal.js';
import { RouteMetadata } from '../../access/route-metadata.js';
import { type Administration } from '../../administration/administration.js';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { isInForce } from '../../administration/credential-administration.js';
import { isSlug } from '../../config/slug.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Problem } from '../http/problem.js';
import {
  ADMIN_TOKEN_HOLDER,
  type Administrator,
  administratorOf,
  administratorOfLink,
  administratorOfSession,
  callerOf,
  mayEverywhere,
  mayInCompanies,
} from './administrator.js';
import { requireOwnPage, sessionSecret } from './console-call.js';
import { type AdminRequest, COMPANY, PERMISSION, OPERATION, TAKES_LINKS } from './decorators.js';
import { type PermissionName, PERMISSIONS } from './roles.js';

const BEARER_ONLY = { basic: false };

/**
 * The guard of the admin API, and the only one there. It is closed by default: 401 without a credential of the admin API or a
 * session of the console, 429 where too many requests of the address were refused so, 404 for a company that a company
 * administrator does not administer, as for one that does not exist, 403 for what the credential may not do, and for a route
 * that names no permission.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly adminToken: Buffer;
  private readonly metadata = new RouteMetadata();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly administration: AdministrationPool,
    private readonly failures: AuthenticationFailures,
  ) {
    const { adminToken } = settings;
    if (adminToken === undefined) throw new Error('the admin API is off without ADMIN_TOKEN');
    this.adminToken = hashAccessToken(adminToken);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<AdminRequest>();
    const { ip = '', headers } = request;
    const shown = headers.authorization ?? sessionSecret(request);
    await this.failures.admit(ip, shown);
    const administrator = await this.authenticate(request, context);
    await this.failures.note(ip, shown, administrator && callerOf(administrator));
    if (!administrator) throw refuse(request, http.getResponse<Response>());
    request.administrator = administrator;
    request.facts.credential = { id: administrator.id, name: administrator.name };
    const permission = this.metadata.find<PermissionName>(PERMISSION, context);
    request.facts.operation = this.metadata.find<string>(OPERATION, context) ?? permission;
    const { [COMPANY]: named } = request.params;
    if (typeof named === 'string' && isSlug(named)) request.facts.company = named;
    authorize(administrator, permission, named);
    return true;
  }

  /** In the turn of whoever showed it when it was valid; invented ones wait for each other. */
  private lookUp<T>(shown: string, find: (administration: Administration) => Promise<T>): Promise<T> {
    return this.administration.run(find, this.failures.holderOf(shown));
  }

  private async authenticate(
    request: AdminRequest,
    context: ExecutionContext,
  ): Promise<Administrator | undefined> {
    const { headers, facts } = request;
    if (headers.authorization === undefined) return this.authenticateSession(request);
    const secret = bearerToken(headers.authorization, BEARER_ONLY);
    if (secret === undefined) return undefined;
    const hash = hashAccessToken(secret);
    if (timingSafeEqual(hash, this.adminToken)) return ADMIN_TOKEN_HOLDER;
    if (isTokenOf('link', secret)) return this.authenticateLink(request, hash, context);
    // A text of another form is no stored credential, and is not looked up.
    if (!isTokenOf('admin', secret)) return undefined;
    const found = await this.lookUp(headers.authorization, ({ adminCredentials }) =>
      adminCredentials.use(hash, facts.client),
    );
    if (found === undefined || isInForce(found)) return found && administratorOf(found);
    const reason = found.revoked === null ? 'expired' : 'revoked';
    const since = new Date(found.revoked ?? found.expires ?? 0);
    facts.refusedCredential = Promise.resolve({ id: `admin:${found.id}`, name: found.name, reason, since });
    return undefined;
  }

  /** Lets a link through without using it, which the handler does. */
  private async authenticateLink(
    request: AdminRequest,
    hash: Buffer,
    context: ExecutionContext,
  ): Promise<Administrator | undefined> {
    if (this.metadata.find<boolean>(TAKES_LINKS, context) !== true) return undefined;
    const link = await this.administration.run(({ consoleLinks }) => consoleLinks.find(hash));
    if (!link) return undefined;
    request.link = hash;
    return administratorOfLink(link);
  }

  private async authenticateSession(request: AdminRequest): Promise<Administrator | undefined> {
    const secret = sessionSecret(request);
    if (secret === undefined) return undefined;
    requireOwnPage(request, this.settings);
    const { client } = request.facts;
    const session = await this.lookUp(secret, ({ consoleSessions }) =>
      consoleSessions.use(hashAccessToken(secret), this.adminToken, client),
    );
    if (!session) return undefined;
    request.session = session.id;
    return administratorOfSession(session);
  }
}

function refuse({ headers: { authorization } }: Request, response: Response): Problem {
  response.setHeader('WWW-Authenticate', challenges(authorization, BEARER_ONLY));
  return new Problem(401, authorizationRefusal(authorization, BEARER_ONLY).detail);
}

/** @throws Problem 404 or 403 */
function authorize(
  administrator: Administrator,
  permission: PermissionName | undefined,
  named: unknown,
): void {
  if (permission === undefined) throw new Problem(403, 'This credential may not do that.');
  if (mayEverywhere(administrator, permission)) return;
  const bound = typeof named === 'string';
  if (bound && administrator.roles.every((role) => role === 'companyAdministrator')) {
    requireOwn(administrator, named);
  }
  const isOwn = !bound || isAdministered(administrator, named);
  if (isOwn && mayInCompanies(administrator, permission)) return;
  throw new Problem(
    403,
    `This credential may not ${PERMISSIONS[permission].may}; it is that of ${describe(administrator)}.`,
  );
}

function requireOwn(administrator: Administrator, named: string): void {
  if (!isAdministered(administrator, named)) throw Problem.unknownCompany(named);
}

const isAdministered = ({ companies }: Administrator, named: string): boolean =>
  companies.some(({ id, slug }) => slug === named || id === named);

const describe = ({ roles }: Administrator): string =>
  roles
    .map((role) => (role === 'companyAdministrator' ? 'a company administrator' : `a ${role}`))
    .join(' and ');
