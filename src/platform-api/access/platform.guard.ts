import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type Response } from 'express';
import { hashAccessToken, isTokenOf } from '../../access/access-token.js';
import { AccessTokensStore } from '../../access/access-tokens.store.js';
import { AuthenticationFailures } from '../../access/authentication-failures.js';
import { bearerToken, challenges } from '../../access/authorization-header.js';
import { authorizationRefusal } from '../../access/authorization-refusal.js';
import { BearerStrategy } from '../../access/bearer.strategy.js';
import { scopeOfRequest } from '../../access/company.guard.js';
import { type CallerCompany, type Credential, namesOf, requireHere } from '../../access/credential.js';
import { CONFIRMS_CREDENTIAL } from '../../access/decorators.js';
import { InvalidTokenError, UnknownTokenError } from '../../access/invalid-token.error.js';
import {
  PLATFORM_SCOPES,
  type PlatformCredential,
  type PlatformScope,
  PlatformCredentialsStore,
} from '../../access/platform-credentials.store.js';
import { RefusedTokens } from '../../access/refused-tokens.js';
import { RouteMetadata } from '../../access/route-metadata.js';
import { TokenUses } from '../../access/token-uses.js';
import { OPERATION } from '../../admin-api/access/decorators.js';
import { Problem } from '../../admin-api/http/problem.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { RefusedRates } from '../../limits/refused-rates.js';
import { RequestLimits } from '../../limits/request-limits.js';
import { type RememberedCredential } from '../../scim/remembered-credential.js';
import {
  ANSWERS_SUSPENDED,
  COMPANY_OF_TOKEN,
  NAMED_COMPANY,
  PLATFORM_SCOPE,
  type PlatformRequest,
} from './decorators.js';
import { type PlatformCaller } from './platform-caller.js';

const BEARER_ONLY = { basic: false };

/** Who calls, and the company that the request names. */
interface Authenticated {
  readonly caller: PlatformCaller;
  readonly company: CallerCompany | undefined;
  /** Of a token: the credential itself. */
  readonly token?: Credential;
  /** Where it was looked up for an earlier request. */
  readonly remembered?: RememberedCredential | undefined;
}

/**
 * The guard of the platform API, and the only one that judges there. A platform credential opens what its scopes say, of
 * the companies that it is for; a token of a company with `scim:read` opens what is below `companies/{company}`, of its own.
 *
 * It refuses whatever it does not know: 401 without a credential in force, 429 where an address has sent too many of
 * those, or where the credential sends too fast, 404 for a company that it may not read, which is answered like one that
 * does not exist, 403 for what the credential may not do, and for a route that names no scope.
 */
@Injectable()
export class PlatformGuard implements CanActivate {
  private readonly metadata = new RouteMetadata();

  constructor(
    private readonly credentials: PlatformCredentialsStore,
    private readonly tokens: BearerStrategy,
    private readonly accessTokens: AccessTokensStore,
    private readonly refusedTokens: RefusedTokens,
    private readonly uses: TokenUses,
    private readonly failures: AuthenticationFailures,
    private readonly refusedRates: RefusedRates,
    private readonly limits: RequestLimits,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<PlatformRequest>();
    const response = http.getResponse<Response>();
    this.refuseByRate(request);
    const remembered = this.recall(request, context);
    const authenticated = remembered ?? (await this.lookUp(request, response));
    if (remembered) request.authenticateAnew = this.authenticatingAnew(request, response, context);
    this.letIn(request, context, authenticated);
    await this.limits.admit(request, response, this.senderOf(authenticated));
    request.facts.changesNothing = true;
    return true;
  }

  private authenticatingAnew(
    request: PlatformRequest,
    response: Response,
    context: ExecutionContext,
  ): () => Promise<void> {
    return async () => {
      delete request.facts.company;
      delete request.facts.credential;
      this.letIn(request, context, await this.lookUp(request, response));
    };
  }

  /** What a secret stands for, where it was looked up lately and the route confirms it. */
  private recall(request: PlatformRequest, context: ExecutionContext): Authenticated | undefined {
    if (this.metadata.find<boolean>(CONFIRMS_CREDENTIAL, context) !== true) return undefined;
    const secret = bearerToken(request.headers.authorization, BEARER_ONLY);
    if (secret === undefined) return undefined;
    const hash = hashAccessToken(secret);
    if (isTokenOf('platform', secret)) {
      const credential = this.credentials.recall(hash, namedBy(request));
      return credential && ofPlatform(credential, hash);
    }
    const token = this.accessTokens.recall(hash);
    return token && ofToken(token);
  }

  /** @throws Problem 401, TooManyRequestsError where the address has sent too many that were */
  private async lookUp(request: PlatformRequest, response: Response): Promise<Authenticated> {
    const { ip = '', headers, facts } = request;
    await this.failures.admit(ip, headers.authorization);
    const authenticated = await this.authenticate(request);
    const holder = authenticated?.token?.company.id ?? authenticated?.caller.id;
    await this.failures.note(ip, headers.authorization, holder);
    if (!authenticated) throw refuse(request, response);
    this.uses.note(authenticated.caller, facts.client);
    return authenticated;
  }

  /** @throws Problem 404 or 403, 400 where a company has to be named */
  private letIn(request: PlatformRequest, context: ExecutionContext, authenticated: Authenticated): void {
    const { caller, company, token, remembered } = authenticated;
    const { facts } = request;
    request.caller = caller;
    facts.credential = { id: caller.id, name: caller.name, client: token?.client };
    facts.operation = this.metadata.find<string>(OPERATION, context);
    if (company) {
      facts.company = company.slug;
      // Also where it is refused: a refusal by a remembered credential has to be confirmed.
      request.company = scopeOfRequest(request, company, remembered);
      request.namedCompany = company;
    }
    this.authorize(request, context, authenticated);
  }

  /** A sender that was told to wait a moment ago costs no look-up. */
  private refuseByRate({ headers, facts }: PlatformRequest): void {
    const refused = this.refusedRates.find(headers.authorization ?? '');
    if (refused === undefined) return;
    const { company, credential, error } = refused;
    Object.assign(facts, { ...(company !== undefined && { company }), credential });
    throw error;
  }

  private async authenticate(request: PlatformRequest): Promise<Authenticated | undefined> {
    const secret = bearerToken(request.headers.authorization, BEARER_ONLY);
    if (secret === undefined) return undefined;
    // What has another form is none of the platform credentials, and is looked for among the tokens of companies.
    return isTokenOf('platform', secret)
      ? this.findCredential(request, hashAccessToken(secret))
      : this.findToken(request, secret);
  }

  private async findCredential(request: PlatformRequest, hash: Buffer): Promise<Authenticated | undefined> {
    const found = await this.credentials.find(hash, namedBy(request));
    if (found === undefined) return undefined;
    if (found.refused) {
      request.facts.refusedCredential = Promise.resolve(found.refused);
      return undefined;
    }
    return ofPlatform(found.credential, hash);
  }

  /** @throws UnavailableError where the keys of a JWT's issuer can't be fetched, or the database not be asked */
  private async findToken({ facts }: PlatformRequest, token: string): Promise<Authenticated | undefined> {
    try {
      const found = await this.tokens.validate(token);
      if (!found) return undefined;
      return ofToken(found);
    } catch (error) {
      if (error instanceof InvalidTokenError) {
        facts.refusedCredential = Promise.resolve({ ...error.known, reason: error.reason });
      } else if (error instanceof UnknownTokenError) {
        facts.refusedCredential = this.refusedTokens.explain(error.hash);
      } else throw error;
      return undefined;
    }
  }

  private authorize(
    request: PlatformRequest,
    context: ExecutionContext,
    { caller, company, token }: Authenticated,
  ): void {
    const needed = this.metadata.find<PlatformScope | 'any'>(PLATFORM_SCOPE, context);
    if (needed === undefined) throw new Problem(403, 'This credential may not do that.');
    if (company) requireHere(company);
    if (token) requireReader(token, this.metadata.find<boolean>(ANSWERS_SUSPENDED, context) === true);
    const named = namedBy(request);
    if (named !== undefined && (company === undefined || !isCalled(company, named))) {
      throw Problem.unknownCompany(named);
    }
    if (named === undefined && needed !== 'any') {
      const isImplied = this.metadata.find<boolean>(COMPANY_OF_TOKEN, context) === true;
      if (token && !isImplied) {
        throw new Problem(
          403,
          `The token of a company opens what is below /platform/v1/companies/${token.company.slug}.`,
        );
      }
      if (!token && isImplied) {
        throw new Problem(
          400,
          'A platform credential names the company in the path: /access/v1/{company}/….',
        );
      }
    }
    if (needed !== 'any' && !caller.scopes.includes(needed)) {
      throw new Problem(
        403,
        `This credential lacks the scope ${needed}; it has ${caller.scopes.join(' and ')}.`,
      );
    }
  }

  private senderOf({ caller, company, token }: Authenticated): Parameters<RequestLimits['admit']>[2] {
    if (token) {
      const { id, slug, rateLimit } = token.company;
      return { id, kind: 'company', company: slug, rateLimit };
    }
    const rateLimit = this.settings.platformRateLimit;
    return { id: caller.id, kind: 'credential', company: company?.slug, rateLimit };
  }
}

function ofToken(token: Credential): Authenticated {
  const { id, name, company, remembered } = token;
  const caller = { id, name, scopes: PLATFORM_SCOPES, hash: undefined, companies: [company.id] };
  return { caller, company, token, remembered };
}

function ofPlatform(credential: PlatformCredential, hash: Buffer): Authenticated {
  const { id, name, scopes, companies, company, remembered } = credential;
  const caller = { id, name, scopes, hash, companies: company ? [company.id] : companies };
  return { caller, company, remembered };
}

/** The company that a request names, in its path or in its query. */
function namedBy({ params, query }: PlatformRequest): string | undefined {
  const named = params[NAMED_COMPANY] ?? query[NAMED_COMPANY];
  if (named === undefined) return undefined;
  // One that is named twice, or by no text that could be one, names nothing that there is.
  return typeof named === 'string' && !named.includes('\0') && named.isWellFormed() ? named : '';
}

const isCalled = (company: CallerCompany, named: string): boolean => namesOf(company).includes(named);

/** @throws Problem 403 where a token may not read, or its company is suspended and the route does not say so itself */
function requireReader({ company, userId, scopes }: Credential, answersSuspended: boolean): void {
  if (company.suspended && !answersSuspended) {
    throw new Problem(403, 'This company is suspended: no request is served until the operator resumes it.');
  }
  if (userId !== undefined)
    throw new Problem(403, 'This token stands for a user: it opens nothing of the platform API.');
  if (!scopes.includes('scim:read')) {
    throw new Problem(403, 'This token lacks the scope scim:read.');
  }
}

function refuse({ headers: { authorization } }: PlatformRequest, response: Response): Problem {
  response.setHeader('WWW-Authenticate', challenges(authorization, BEARER_ONLY));
  return new Problem(401, authorizationRefusal(authorization, BEARER_ONLY).detail);
}
