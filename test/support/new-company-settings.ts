/** The settings of a company of which nothing was set. */
export const NEW_COMPANY_SETTINGS = {
  duplicateGroupNames: false,
  unknownMembers: 'reject',
  uniqueExternalId: false,
  journalRetentionDays: 400,
  journalValues: false,
  recreate: 'new',
  reprovision: 'reject',
  rateLimit: null,
  silentAfterHours: 24,
};
