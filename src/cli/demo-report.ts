import { type DemoReport } from '../demo/demo.js';
import { makePrintable } from './printable.js';
import { printProperties, printTable } from './terminal.js';

/** The result of the demonstration as text: the company, and every answer that a client could not use. */
export function describeDemo(played: {
  readonly company: string | null;
  readonly kept: boolean;
  readonly report: DemoReport;
}): string {
  const { report } = played;
  const groups = report.groups.map(({ displayName, members }) => [displayName, String(members)]);
  return [
    printTable(['Group', 'Members'], groups),
    printProperties({
      Company: played.company === null ? 'that of the token' : played.company,
      Afterwards: played.kept ? 'kept' : 'removed',
      Groups: String(groups.length),
      'Users, active': String(report.active),
      'Users, inactive': String(report.inactive),
      'Requests sent': String(report.requests),
      Duration: `${(report.milliseconds / 1000).toFixed(1)} s`,
      Differences: String(report.differences.length),
    }),
    ...describeDifferences(report),
  ].join('\n');
}

function describeDifferences({ differences }: DemoReport): readonly string[] {
  if (differences.length === 0)
    return ['Every answer was what the clients need, and the company is as they left it.'];
  return differences.map(({ step, request, expected, received }) =>
    makePrintable(
      `- ${step}${request === '' ? '' : `, ${request}`}: expected ${expected}; received ${received}`,
    ),
  );
}
