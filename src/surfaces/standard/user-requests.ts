import { Inject, Injectable } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { showSent } from '../../protocol/message/projection.js';
import { type StoredUser } from '../../protocol/resource/resource.js';
import { versionTag } from '../../protocol/resource/version.js';
import { type RequestBody } from '../../scim/request-body.js';
import { type Outcome } from '../../scim/request-target.js';
import { type UserRead } from '../../scim/users/users.store.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { logIgnored } from '../http/log-ignored.js';
import { isUnchanged, readPrecondition } from '../http/precondition.js';
import { applyReturnPreference } from '../http/return-preference.js';
import { StandardCodec } from './standard.codec.js';

/** Groups and manager are part of a user's ETag, so an answer about one user always reads them. */
export const WHOLE: UserRead = { groups: true, manager: true };

/** A request about one user, whichever path named him. */
export interface UserRequest {
  readonly scope: CompanyScope;
  readonly id: string;
  readonly request: Request;
  readonly response: Response;
}

export interface UserWriteRequest extends UserRequest {
  readonly dialect: Dialect;
  readonly body: RequestBody;
  /** See `UserWrite.keeps`. */
  readonly keeps?: readonly string[];
}

/** Reads, changes and deletes one user over HTTP: `/Users/{id}` and `/Me` do the same. */
@Injectable()
export class UserRequests {
  constructor(
    private readonly users: UsersService,
    private readonly codec: StandardCodec,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async get({ scope, id, request, response }: UserRequest): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const user = await this.users.get(scope, id, WHOLE);
    const tag = versionTag(user);
    if (isUnchanged(request, tag)) {
      response.status(304).setHeader('ETag', tag).end();
      return;
    }
    await this.codec.sendUser(request, response, 200, user, projection);
  }

  async replace(asked: UserWriteRequest): Promise<void> {
    const write = { ...writeOf(asked), precondition: readPrecondition(asked.request) };
    await this.answer(asked, () => this.users.replace(asked.scope, asked.id, write));
  }

  async patch(asked: UserWriteRequest): Promise<void> {
    const patch = {
      ...writeOf(asked),
      precondition: readPrecondition(asked.request),
      maxOperations: this.settings.maxOperations,
      locations: this.codec.locations(asked.request),
    };
    await this.answer(asked, () => this.users.patch(asked.scope, asked.id, patch));
  }

  async delete({ scope, id, request, response }: UserRequest): Promise<void> {
    await this.users.delete(scope, id, readPrecondition(request));
    response.status(204).end();
  }

  private async answer(
    { request, response }: UserWriteRequest,
    write: () => Promise<Outcome<StoredUser>>,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const { resource, ignored, sent } = await write();
    logIgnored(request, ignored);
    if (applyReturnPreference(request, response, 'representation') === 'minimal') {
      this.codec.sendMinimal(request, response, 204, 'User', resource);
    } else {
      await this.codec.sendUser(request, response, 200, resource, showSent(projection, sent));
    }
  }
}

function writeOf({ body, dialect, keeps }: UserWriteRequest): {
  readonly body: RequestBody;
  readonly dialect: Dialect;
  readonly read: UserRead;
  readonly keeps?: readonly string[];
} {
  return { body, dialect, read: WHOLE, ...(keeps && { keeps }) };
}
