import { Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { hashAccessToken } from '../../access/access-token.js';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type ConsoleSession, type ConsoleSessions } from '../../administration/console/console-sessions.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Administrator, administratorOfSession } from '../access/administrator.js';
import { isOwnPage, sessionCookie } from '../access/console-call.js';
import { type AdminRequest, Caller, TakesLinks } from '../access/decorators.js';
import { AdminController, IdParam, Operation } from '../http/operation.js';
import { BY_ROW_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import { Problem } from '../http/problem.js';
import { SessionListView, SessionView } from './session.dto.js';

/** What names the session of the call itself, in the place of an id. */
const CURRENT = 'current';

@ApiTags('Console')
@AdminController('sessions')
export class AdminSessionsController {
  private readonly adminToken: Buffer;

  constructor(
    private readonly administration: AdministrationPool,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.adminToken = hashAccessToken(settings.adminToken ?? '');
  }

  @Post()
  @TakesLinks()
  @Operation({
    permission: 'sessions.use',
    id: 'beginSession',
    summary: 'Sign in to the console',
    description:
      'The credential that is shown, or the token of a link, which is used up by that, is exchanged for a session. The ' +
      'answer sets its cookie. For pages of this server alone: a browser sends the `Origin` that this needs.',
    status: 201,
    answer: SessionView,
    refusals: [400],
  })
  async begin(
    @Caller() { id }: Administrator,
    @Req() request: AdminRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    if (!isOwnPage(request, this.settings)) throw NOT_A_PAGE;
    const session = await this.open(id, request.link);
    if (!session) throw new Problem(401, 'This link has been used.');
    response.setHeader('Set-Cookie', sessionCookie(request, session.secret));
    return viewOf(session, session.id);
  }

  @Get()
  @Operation({
    permission: 'sessions.use',
    id: 'listSessions',
    summary: 'List the sessions of the console; an operator sees those of all, others their own',
    answer: SessionListView,
    refusals: [400],
  })
  list(
    @Caller() administrator: Administrator,
    @Req() { session: current }: AdminRequest,
    @Query() query: PageQuery,
  ): Promise<Page<SessionView>> {
    return this.administration.run(async ({ consoleSessions }) => {
      const page = await readPage(query, BY_ROW_ID, (part) => consoleSessions.list(this.adminToken, part));
      const items = page.items.filter((each) => mayEnd(administrator, each));
      return { ...page, items: items.map((each) => viewOf(each, current)) };
    });
  }

  @Get(':id')
  @IdParam()
  @Operation({
    permission: 'sessions.use',
    id: 'showSession',
    summary: 'Show a session of the console; `current` is that of the call',
    answer: SessionView,
    refusals: [404],
  })
  show(
    @Caller() administrator: Administrator,
    @Param('id') named: string,
    @Req() { session: current }: AdminRequest,
  ): Promise<SessionView> {
    return this.administration.run(async ({ consoleSessions }) => {
      const session = await this.find(consoleSessions, administrator, idOf(named, current));
      return viewOf(session, current);
    });
  }

  @Delete(':id')
  @IdParam()
  @Operation({
    permission: 'sessions.use',
    id: 'endSession',
    summary: 'End a session of the console; `current` is that of the call',
    refusals: [404],
  })
  async end(
    @Caller() administrator: Administrator,
    @Param('id') named: string,
    @Req() request: Request & AdminRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const { session: current } = request;
    const id = idOf(named, current);
    await this.administration.run(async ({ consoleSessions }) => {
      const session = await this.find(consoleSessions, administrator, id);
      await consoleSessions.end(session.id);
    });
    if (id === current) response.setHeader('Set-Cookie', sessionCookie(request, ''));
  }

  /** @throws Problem 404 where it is somebody else's */
  private async find(
    sessions: ConsoleSessions,
    administrator: Administrator,
    id: string,
  ): Promise<ConsoleSession> {
    const session = await sessions.show(id, this.adminToken);
    if (mayEnd(administrator, session)) return session;
    throw new Problem(404, `There is no session ${id}.`);
  }

  private open(
    administrator: string,
    link: Buffer | undefined,
  ): Promise<(ConsoleSession & { readonly secret: string }) | undefined> {
    const [, credential] = /^admin:(\d+)$/.exec(administrator) ?? [];
    return this.administration.run(async ({ consoleSessions }) => {
      if (link) return consoleSessions.openByLink(link, this.adminToken);
      if (credential === undefined) return consoleSessions.openByAdminToken(this.adminToken);
      return consoleSessions.openByCredential(credential, this.adminToken);
    });
  }
}

const NOT_A_PAGE = new Problem(
  400,
  'A session begins in a browser, on a page of this server: with the header X-Rollcall-Console, and an Origin that is ' +
    "this server's. Elsewhere a credential in the header Authorization is enough.",
);

/** @throws Problem 404 where `current` is named by a call without a session */
function idOf(named: string, current: string | undefined): string {
  const id = named === CURRENT ? current : named;
  if (id !== undefined) return id;
  throw new Problem(404, 'This call was made without a session.');
}

const mayEnd = ({ id, roles }: Administrator, session: ConsoleSession): boolean =>
  roles.includes('operator') || administratorOfSession(session).id === id;

function viewOf(session: ConsoleSession, current: string | undefined): SessionView {
  const { id, created, lastUsed, expires, client } = session;
  const { name, roles, companies } = administratorOfSession(session);
  return { id, name, roles, companies, created, lastUsed, expires, client, current: id === current };
}
