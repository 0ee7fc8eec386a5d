import { Initial1767225600000 } from './1767225600000-initial.js';
import { TokenIssuers1767830400000 } from './1767830400000-token-issuers.js';
import { SecretKey1768435200000 } from './1768435200000-secret-key.js';
import { UserTokens1769040000000 } from './1769040000000-user-tokens.js';
import { Comparison1769644800000 } from './1769644800000-comparison.js';
import { UniqueValues1770249600000 } from './1770249600000-unique-values.js';
import { Plans1770854400000 } from './1770854400000-plans.js';
import { SecretKeyOfOwner1770868800000 } from './1770868800000-secret-key-of-owner.js';
import { UniqueExternalIds1770940800000 } from './1770940800000-unique-external-ids.js';
import { CompanySuspension1771027200000 } from './1771027200000-company-suspension.js';
import { TokenActivity1771027200001 } from './1771027200001-token-activity.js';
import { RefusedTokens1771200000000 } from './1771200000000-refused-tokens.js';
import { Journal1772000000000 } from './1772000000000-journal.js';
import { OutboxLag1772050000000 } from './1772050000000-outbox-lag.js';
import { JournalRetention1772050001000 } from './1772050001000-journal-retention.js';
import { OauthClients1772100000000 } from './1772100000000-oauth-clients.js';
import { CompanyPause1772200000000 } from './1772200000000-company-pause.js';
import { AdminCredentials1772200000001 } from './1772200000001-admin-credentials.js';
import { PlatformCredentials1772200000002 } from './1772200000002-platform-credentials.js';
import { Erasures1772200000003 } from './1772200000003-erasures.js';
import { RateLimits1772300000000 } from './1772300000000-rate-limits.js';
import { NamesOfErasedCredentials1772600000000 } from './1772600000000-names-of-erased-credentials.js';
import { ExpiringCredentials1772600000001 } from './1772600000001-expiring-credentials.js';
import { MembershipChecks1772700000000 } from './1772700000000-membership-checks.js';
import { JournalChecks1772710000000 } from './1772710000000-journal-checks.js';
import { JournalValues1772710000001 } from './1772710000001-journal-values.js';
import { ConfirmToken1772720000000 } from './1772720000000-confirm-token.js';
import { Guard1773000000000 } from './1773000000000-guard.js';
import { DeletedResources1773100000000 } from './1773100000000-deleted-resources.js';
import { Recreation1773100000001 } from './1773100000001-recreation.js';
import { PlatformAccess1773200000000 } from './1773200000000-platform-access.js';
import { FeedReading1773200000001 } from './1773200000001-feed-reading.js';
import { ExpiringInTheJournal1773200000002 } from './1773200000002-expiring-in-the-journal.js';
import { Webhooks1773300000000 } from './1773300000000-webhooks.js';
import { NestedGroupsIndex1773400000000 } from './1773400000000-nested-groups-index.js';
import { Cells1774100000000 } from './1774100000000-cells.js';
import { CompanyMoves1774100000001 } from './1774100000001-company-moves.js';
import { FunctionsWithoutJit1774100000002 } from './1774100000002-functions-without-jit.js';
import { Console1774200000000 } from './1774200000000-console.js';
import { WebhookLanes1774300000000 } from './1774300000000-webhook-lanes.js';
import { Recordings1776000000000 } from './1776000000000-recordings.js';
import { SilentCompanies1777000000000 } from './1777000000000-silent-companies.js';
import { WebhookFormats1777000000001 } from './1777000000001-webhook-formats.js';
import { ConfirmPlatformCredential1778000000000 } from './1778000000000-confirm-platform-credential.js';
import { SealedWebhookUrls1780000000000 } from './1780000000000-sealed-webhook-urls.js';
import { IssuerActivity1780000000001 } from './1780000000001-issuer-activity.js';
import { RefusedNames1780000000002 } from './1780000000002-refused-names.js';
import { InactiveUsersIndex1781000000000 } from './1781000000000-inactive-users-index.js';
import { UniqueGroupNames1782000000000 } from './1782000000000-unique-group-names.js';
import { ActivityOperations1783000000000 } from './1783000000000-activity-operations.js';

/** All migrations, in their order. They are listed by name, since a file pattern finds nothing in a bundle. */
export const MIGRATIONS = [
  Initial1767225600000,
  TokenIssuers1767830400000,
  SecretKey1768435200000,
  UserTokens1769040000000,
  Comparison1769644800000,
  UniqueValues1770249600000,
  Plans1770854400000,
  SecretKeyOfOwner1770868800000,
  UniqueExternalIds1770940800000,
  CompanySuspension1771027200000,
  TokenActivity1771027200001,
  RefusedTokens1771200000000,
  Journal1772000000000,
  OutboxLag1772050000000,
  JournalRetention1772050001000,
  OauthClients1772100000000,
  CompanyPause1772200000000,
  AdminCredentials1772200000001,
  PlatformCredentials1772200000002,
  Erasures1772200000003,
  RateLimits1772300000000,
  NamesOfErasedCredentials1772600000000,
  ExpiringCredentials1772600000001,
  MembershipChecks1772700000000,
  JournalChecks1772710000000,
  JournalValues1772710000001,
  ConfirmToken1772720000000,
  Guard1773000000000,
  DeletedResources1773100000000,
  Recreation1773100000001,
  PlatformAccess1773200000000,
  FeedReading1773200000001,
  ExpiringInTheJournal1773200000002,
  Webhooks1773300000000,
  NestedGroupsIndex1773400000000,
  Cells1774100000000,
  CompanyMoves1774100000001,
  FunctionsWithoutJit1774100000002,
  Console1774200000000,
  WebhookLanes1774300000000,
  Recordings1776000000000,
  SilentCompanies1777000000000,
  WebhookFormats1777000000001,
  ConfirmPlatformCredential1778000000000,
  SealedWebhookUrls1780000000000,
  IssuerActivity1780000000001,
  RefusedNames1780000000002,
  InactiveUsersIndex1781000000000,
  UniqueGroupNames1782000000000,
  ActivityOperations1783000000000,
];
