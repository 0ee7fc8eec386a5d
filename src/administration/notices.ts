/** How a company's identity provider reacts to a change, for the administrator who has made it. */

const RESTART =
  'in Entra ID by Provisioning, Restart provisioning; in Okta by the tasks of the application, Retry selected';

export const JOB_FAILS = `Its identity provider's job fails from now on and may give up. When requests are served again, start it again there: ${RESTART}.`;

export const JOB_GOES_ON = `If its identity provider's job has given up meanwhile, start it again there: ${RESTART}.`;

export const WRITES_FAIL =
  'Its identity provider repeats what is refused meanwhile, and gives up after hours: end the pause as soon as you can.';

export const REMOVALS_GO_ON =
  'Removals are let through again. Okta sends each held one again by itself, up to ten times within about a day, and hours ' +
  'may lie between; what it has given up is among the tasks of the application: Retry selected. Entra ID: Provisioning, ' +
  'Restart provisioning.';
