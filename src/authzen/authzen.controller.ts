import { applyDecorators, Controller, Post, Req, type Type, UseFilters } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { GuardedBy } from '../access/decorators.js';
import { type CheckedCompany, MembershipChecks } from '../checks/membership-checks.js';
import { type Listed, type ListedPart } from '../checks/membership-checks.store.js';
import { CompanyOfToken } from '../platform-api/access/decorators.js';
import { PlatformGuard } from '../platform-api/access/platform.guard.js';
import { AskedCompany, AskedOf, AsksOnly } from '../platform-api/checks/asked-company.js';
import { PLATFORM_SCHEME } from '../platform-api/http/operation.js';
import { type JsonObject } from '../protocol/json.js';
import { checkValue } from '../protocol/text/check-value.js';
import { readJsonObject } from '../surfaces/http/json-body.js';
import { ReadsBody, type RequestWithBytes } from '../surfaces/http/request-body.interceptor.js';
import { AuthzenErrorFilter } from './authzen-error.filter.js';
import {
  ActionsAnswer,
  ActionSearchBody,
  DecisionAnswer,
  DecisionsAnswer,
  EntitiesAnswer,
  EvaluationBody,
  EvaluationsBody,
  Operation,
  ResourceSearchBody,
  SubjectSearchBody,
} from './authzen.openapi.js';
import {
  ACTIONS,
  type Read,
  readActionSearch,
  readEvaluation,
  readResourceSearch,
  readSubjectSearch,
} from './entities.js';
import { type Decision, decisionsFor, endBatch, type Item, questionsOf, readBatch } from './evaluations.js';
import { type SearchAnswer, SearchPages } from './search-pages.js';

const SUBJECT = { type: 'user', id: 'ada@example.com', properties: { idType: 'userName' } };
const ACTION = { name: 'member' };
const RESOURCE = { type: 'group', id: '0558a20ca1800003' };
const EVALUATION = { subject: SUBJECT, action: ACTION, resource: RESOURCE };

/** Results of a search, as AuthZEN has them. */
interface FoundEntity {
  readonly type: 'user' | 'group';
  readonly id: string;
}
interface FoundAction {
  readonly name: string;
}

/** What a search looks for, and how it shows what it found. */
interface Search<Asked, Found> {
  readonly kind: string;
  readonly find: (company: CheckedCompany, asked: Asked, part: ListedPart) => Promise<Listed<Found>>;
  readonly show: (found: Found) => FoundEntity;
}

/** A controller of AuthZEN: the one decorator that gives it its guard, and how it refuses. */
export const AuthzenController = (path: string): ClassDecorator =>
  applyDecorators(
    ApiTags('AuthZEN'),
    Controller(path),
    GuardedBy(PlatformGuard),
    ReadsBody(),
    UseFilters(AuthzenErrorFilter),
    ApiBearerAuth(PLATFORM_SCHEME),
    CompanyOfToken(),
  );

/**
 * The endpoints of the Authorization API 1.0 (AuthZEN §10.1), which decide whether a user is a member of a group.
 *
 * @param path in front of them: empty for the company of the token, `:company` for one that is named
 */
export function authzenController(path: '' | ':company'): Type {
  const ofCompany = path !== '';

  @AuthzenController(path)
  @AsksOnly()
  class AuthzenRoutesController {
    constructor(
      private readonly memberships: MembershipChecks,
      private readonly pages: SearchPages,
    ) {}

    @Post('evaluation')
    @Operation(
      {
        scope: 'check',
        id: 'evaluate',
        summary: 'Decide whether a user is a member of a group',
        body: { type: EvaluationBody, example: EVALUATION },
        answer: DecisionAnswer,
      },
      ofCompany,
    )
    async evaluation(@AskedOf() asked: AskedCompany, @Req() request: RequestWithBytes): Promise<Decision> {
      return this.decideOne(asked, await readBody(request));
    }

    @Post('evaluations')
    @Operation(
      {
        scope: 'check',
        id: 'evaluateMany',
        summary: 'Decide up to 1,000 such questions, as of one moment',
        body: {
          type: EvaluationsBody,
          example: { subject: SUBJECT, action: ACTION, evaluations: [{ resource: RESOURCE }] },
        },
        answer: DecisionsAnswer,
      },
      ofCompany,
    )
    async evaluations(
      @AskedOf() asked: AskedCompany,
      @Req() request: RequestWithBytes,
    ): Promise<Decision | { readonly evaluations: readonly Decision[] }> {
      const body = await readBody(request);
      const batch = readBatch(body);
      if (batch === undefined) return this.decideOne(asked, body);
      return { evaluations: endBatch(await this.decide(asked, batch.items), batch.semantic) };
    }

    @Post('search/subject')
    @Operation(
      {
        scope: 'search',
        id: 'searchSubjects',
        summary: 'List the users who are members of a group',
        body: {
          type: SubjectSearchBody,
          example: { subject: { type: 'user' }, action: ACTION, resource: RESOURCE },
        },
        answer: EntitiesAnswer,
      },
      ofCompany,
    )
    async subjects(
      @AskedOf() asked: AskedCompany,
      @Req() request: RequestWithBytes,
    ): Promise<SearchAnswer<FoundEntity>> {
      const body = await readBody(request);
      return this.search(asked, body, readSubjectSearch(body), {
        kind: 'subject',
        find: (company, { group, rule }, part) => this.memberships.usersOf(company, group, rule, part),
        show: (id: string) => ({ type: 'user', id }),
      });
    }

    @Post('search/resource')
    @Operation(
      {
        scope: 'search',
        id: 'searchResources',
        summary: 'List the groups that a user is a member of',
        body: {
          type: ResourceSearchBody,
          example: { subject: SUBJECT, action: ACTION, resource: { type: 'group' } },
        },
        answer: EntitiesAnswer,
      },
      ofCompany,
    )
    async resources(
      @AskedOf() asked: AskedCompany,
      @Req() request: RequestWithBytes,
    ): Promise<SearchAnswer<FoundEntity>> {
      const body = await readBody(request);
      return this.search(asked, body, readResourceSearch(body), {
        kind: 'resource',
        find: async (company, { user, rule }, part) =>
          (await this.memberships.groupsOf(company, user, rule, part)) ?? { items: [], next: undefined },
        show: ({ id }) => ({ type: 'group', id }),
      });
    }

    @Post('search/action')
    @Operation(
      {
        scope: 'search',
        id: 'searchActions',
        summary: 'List in which ways a user is a member of a group',
        body: { type: ActionSearchBody, example: { subject: SUBJECT, resource: RESOURCE } },
        answer: ActionsAnswer,
      },
      ofCompany,
    )
    async actions(
      @AskedOf() asked: AskedCompany,
      @Req() request: RequestWithBytes,
    ): Promise<SearchAnswer<FoundAction>> {
      const { asked: questions = [], reason } = readActionSearch(await readBody(request));
      const decisions = await asked.answer((company) => this.memberships.decide(company, questions));
      const results = ACTIONS.filter((_, index) => decisions[index]?.member).map((name) => ({ name }));
      const why = reason ?? decisions[0]?.reason;
      return {
        page: { next_token: '', count: results.length },
        ...(why !== undefined && { context: { reason: why } }),
        results,
      };
    }

    private async decideOne(asked: AskedCompany, body: JsonObject): Promise<Decision> {
      const [decision] = await this.decide(asked, [readEvaluation(body)]);
      if (!decision) throw new Error('a question has no answer');
      return decision;
    }

    private async decide(asked: AskedCompany, items: readonly Item[]): Promise<readonly Decision[]> {
      const questions = questionsOf(items);
      return decisionsFor(
        items,
        await asked.answer((company) => this.memberships.decide(company, questions)),
      );
    }

    private search<Asked extends object, Found>(
      asked: AskedCompany,
      body: JsonObject,
      read: Read<Asked>,
      { kind, find, show }: Search<Asked, Found>,
    ): Promise<SearchAnswer<FoundEntity>> {
      return asked.answer(async (company) => {
        const name = JSON.stringify(['authzen', kind, company.scope.companyId, read.asked ?? read.reason]);
        const part = this.pages.read(body, name);
        if (read.reason !== undefined) {
          return { page: { next_token: '', count: 0 }, context: { reason: read.reason }, results: [] };
        }
        const found = await find(company, read.asked, part);
        return this.pages.answer(found, found.items.map(show), part, name);
      });
    }
  }
  return AuthzenRoutesController;
}

async function readBody(request: RequestWithBytes): Promise<JsonObject> {
  const body = await readJsonObject(request);
  checkValue(body, '');
  return body;
}
