import { Activity } from './activity.entity.js';
import { ActivityMember } from './activity-member.entity.js';
import { FeedEntry } from './feed-entry.entity.js';
import { OutboxEntry } from './outbox-entry.entity.js';
import { AccessToken } from './access-token.entity.js';
import { AdminCredential } from './admin-credential.entity.js';
import { AdminCredentialCompany } from './admin-credential-company.entity.js';
import { Company } from './company.entity.js';
import { ConsoleLink } from './console-link.entity.js';
import { ConsoleSession } from './console-session.entity.js';
import { DeletedResource } from './deleted-resource.entity.js';
import { Erasure } from './erasure.entity.js';
import { GuardEstimate } from './guard-estimate.entity.js';
import { GuardMinute } from './guard-minute.entity.js';
import { Guard } from './guard.entity.js';
import { Group } from './group.entity.js';
import { HeldRemoval } from './held-removal.entity.js';
import { Membership } from './membership.entity.js';
import { OauthClientSecret } from './oauth-client-secret.entity.js';
import { OauthClient } from './oauth-client.entity.js';
import { OauthFederatedCredential } from './oauth-federated-credential.entity.js';
import { PlatformCredential } from './platform-credential.entity.js';
import { PlatformCredentialCompany } from './platform-credential-company.entity.js';
import { ResourceCount } from './resource-count.entity.js';
import { Setting } from './setting.entity.js';
import { IssuerActivity } from './issuer-activity.entity.js';
import { TokenActivity } from './token-activity.entity.js';
import { TokenIssuer } from './token-issuer.entity.js';
import { UniqueValue } from './unique-value.entity.js';
import { User } from './user.entity.js';
import { RecordedRequest } from './recorded-request.entity.js';
import { Recording } from './recording.entity.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookSecret } from './webhook-secret.entity.js';
import { Webhook } from './webhook.entity.js';

/** All entities, for TypeORM's DataSource. */
export const ENTITIES = [
  Company,
  AccessToken,
  TokenActivity,
  IssuerActivity,
  TokenIssuer,
  OauthClient,
  OauthClientSecret,
  OauthFederatedCredential,
  AdminCredential,
  AdminCredentialCompany,
  ConsoleLink,
  ConsoleSession,
  PlatformCredential,
  PlatformCredentialCompany,
  Setting,
  User,
  Group,
  Membership,
  UniqueValue,
  ResourceCount,
  Activity,
  ActivityMember,
  OutboxEntry,
  FeedEntry,
  Erasure,
  Guard,
  GuardMinute,
  GuardEstimate,
  HeldRemoval,
  DeletedResource,
  Webhook,
  WebhookSecret,
  WebhookDelivery,
  Recording,
  RecordedRequest,
];
