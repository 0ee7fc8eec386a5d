import { type DemoReport } from '../demo/demo.js';
import { makePrintable } from './printable.js';
import { printProperties, printTable, type Terminal } from './terminal.js';

/** The result of the demonstration as text: the company, and every answer that a client could not use. */
export function describeDemo(
  terminal: Terminal,
  played: {
    readonly company: string | null;
    readonly kept: boolean;
    readonly report: DemoReport;
    readonly story: readonly string[] | null;
  },
): string {
  const { report } = played;
  const groups = report.groups.map(({ displayName, members }) => [displayName, String(members)]);
  return [
    printTable(terminal, ['Group', 'Members'], groups),
    printProperties(terminal, {
      Company: played.company === null ? 'that of the token' : played.company,
      Afterwards: played.kept ? 'kept' : 'removed',
      Groups: String(groups.length),
      'Users, active': String(report.active),
      'Users, inactive': String(report.inactive),
      ...describeFollower(report),
      ...describeBadSync(report),
      'Requests sent': String(report.requests),
      Duration: `${(report.milliseconds / 1000).toFixed(1)} s`,
      Differences: String(report.differences.length),
    }),
    ...describeDifferences(report),
    ...(played.story === null
      ? []
      : ['', 'What the journal tells of it:', ...played.story.map((line) => `  ${makePrintable(line)}`)]),
  ].join('\n');
}

const describeFollower = ({ followed }: DemoReport): Readonly<Record<string, string>> =>
  followed === null
    ? {}
    : {
        'A follower has': `${followed.users} users, ${followed.groups} groups, ${followed.memberships} memberships`,
      };

const describeBadSync = ({ badSync }: DemoReport): Readonly<Record<string, string>> =>
  badSync === null
    ? {}
    : {
        'A bad sync': `deleted ${badSync.deleted} users, and was held by the guard`,
        'A restore': `brought back ${badSync.restored.users} users, ${badSync.restored.memberships} memberships`,
      };

function describeDifferences({ differences }: DemoReport): readonly string[] {
  if (differences.length === 0)
    return ['Every answer was what the clients need, and the company is as they left it.'];
  return differences.map(({ step, request, expected, received }) =>
    makePrintable(
      `- ${step}${request === '' ? '' : `, ${request}`}: expected ${expected}; received ${received}`,
    ),
  );
}
