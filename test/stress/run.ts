import { cpus } from 'node:os';
import { writeSection } from '../support/document-section.js';
import { attackCost } from './attack-cost.js';
import { companiesBesideAFlood } from './companies.js';
import { mirrorOfManyCompanies } from './followers.js';
import { requestCost } from './request-cost.js';
import { webhooksBesideDeadOnes } from './webhooks.js';

/** The scripts of `npm run test:stress`, each of which writes a section of a page; arguments name those to run. */
const SCRIPTS: Readonly<Record<string, () => Promise<string>>> = {
  attacks: attackCost,
  requests: requestCost,
  companies: companiesBesideAFlood,
  webhooks: webhooksBesideDeadOnes,
  followers: mirrorOfManyCompanies,
};
const PAGE = 'docs/reliability.md';
const LIMIT_MS = 15 * 60_000;

const [, , ...named] = process.argv;
// The server ends with this process.
setTimeout(() => {
  process.stderr.write('The scripts took too long.\n');
  process.exit(1);
}, LIMIT_MS).unref();
for (const [name, script] of Object.entries(SCRIPTS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const begun = Date.now();
  const table = await script();
  const seconds = ((Date.now() - begun) / 1000).toFixed(0);
  const day = new Date().toISOString().slice(0, 10);
  const place = `${cpus().length} cores, with Node.js ${process.versions.node}`;
  writeSection(PAGE, name, `Measured on ${day} in ${seconds} seconds on ${place}:\n\n${table}`);
}
