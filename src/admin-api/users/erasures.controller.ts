import { Get, Param, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type Erasure, type ProvenErasure } from '../../administration/user-erasure.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { BY_RESOURCE_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import { ErasureListView, ProvenErasureView } from './erasure.dto.js';

@ApiTags('Users')
@AdminController('companies/:company')
export class AdminErasuresController {
  constructor(private readonly administration: AdministrationPool) {}

  @Post('users/:user/erase')
  @CompanyParam()
  @ApiParam({
    name: 'user',
    description: 'Its userName or id; once it was deleted, its id.',
    example: 'ada@acme.example',
  })
  @Operation({
    permission: 'users.erase',
    id: 'eraseUser',
    summary: 'Erase a person, and prove it',
    description:
      'There is no way back. Only the id stays, in the list of erasures. Of a user that was deleted before, what the ' +
      'journal and others have left is erased.',
    answer: ProvenErasureView,
    refusals: [404, 409],
  })
  erase(@Param('company') company: string, @Param('user') user: string): Promise<ProvenErasure> {
    return this.administration.run(({ erasure }) => erasure.eraseUser(company, user));
  }

  @Get('erasures')
  @CompanyParam()
  @Operation({
    permission: 'users.erasures',
    id: 'listErasures',
    summary: 'List the ids of the users that were erased',
    description:
      'Keep it apart from the database: what is restored from an older backup has to be erased again.',
    answer: ErasureListView,
    refusals: [400, 404],
  })
  list(@Param('company') company: string, @Query() query: PageQuery): Promise<Page<Erasure>> {
    return this.administration.run(({ erasure }) =>
      readPage(query, BY_RESOURCE_ID, (part) => erasure.listErasures(company, part)),
    );
  }
}
