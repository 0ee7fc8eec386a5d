import { type Command } from 'commander';
import { type NamedMember } from '../administration/journal/activity.js';
import {
  type NamedGroup,
  type Origin,
  type PresentGroup,
  type PresentMember,
} from '../administration/journal/membership-history.js';
import { type Page } from '../administration/journal/page.js';
import { readSettings } from '../config/read-settings.js';
import { withExamples } from './examples.js';
import { momentOption } from './moment.js';
import { type OutputOptions } from './output-options.js';
import { countOption, type PageOptions } from './page-options.js';
import { withAdministration } from './session.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface MembershipOptions extends PageOptions, OutputOptions {
  readonly at?: Date;
}

/** Adds `group members`, and `groups` to the command `user`. */
export function addMembershipCommands(program: Command, user: Command, terminal: Terminal): void {
  const print = <T>(options: MembershipOptions, page: Page<T>, table: () => string): void => {
    if (options.json) terminal.out(printJson(page));
    else terminal.out(page.next === null ? table() : `${table()}\nThere are more: --cursor ${page.next}`);
  };
  const group = program.command('group').description('who is and was in a group');
  withExamples(
    addOptions(group.command('members <company> <group>'), 'members'),
    'group members acme-eu Finance',
    'group members acme-eu Finance --at 2026-01-31T08:00Z',
  )
    .description('list the direct members of a group, since when and by whom; or those at an instant')
    .action(async (company: string, named: string, options: MembershipOptions) => {
      const { at, count, cursor } = options;
      const settings = readSettings(terminal.environment);
      if (at === undefined) {
        const page = await withAdministration(settings, ({ memberships }) =>
          memberships.members(company, named, { count, cursor }),
        );
        print(options, page, () => listPresentMembers(terminal, page.items));
      } else {
        const page = await withAdministration(settings, ({ memberships }) =>
          memberships.membersAt(company, named, at, { count, cursor }),
        );
        print(options, page, () => listMembers(terminal, page.items));
      }
    });

  withExamples(
    addOptions(user.command('groups <company> <user>'), 'groups'),
    'user groups acme-eu ada@acme.example --at 30d',
  )
    .description(
      'list the groups of which a user is a direct member, since when and by whom; or those at an instant',
    )
    .action(async (company: string, named: string, options: MembershipOptions) => {
      const { at, count, cursor } = options;
      const settings = readSettings(terminal.environment);
      if (at === undefined) {
        const page = await withAdministration(settings, ({ memberships }) =>
          memberships.groups(company, named, { count, cursor }),
        );
        print(options, page, () => listPresentGroups(terminal, page.items));
      } else {
        const page = await withAdministration(settings, ({ memberships }) =>
          memberships.groupsAt(company, named, at, { count, cursor }),
        );
        print(options, page, () => listGroups(terminal, page.items));
      }
    });
}

const addOptions = (command: Command, things: string): Command =>
  command
    .addOption(momentOption('--at <when>', 'at which instant; default: now'))
    .addOption(countOption(things))
    .option('--cursor <cursor>', `the next ${things}, as the list before names them`)
    .option('--json', 'print JSON');

function listMembers(terminal: Terminal, members: readonly NamedMember[]): string {
  if (members.length === 0) return 'No member.';
  return printTable(
    terminal,
    ['Member', 'Type', 'Id'],
    members.map(({ display, type, value }) => [display ?? '', type, value]),
  );
}

function listPresentMembers(terminal: Terminal, members: readonly PresentMember[]): string {
  if (members.length === 0) return 'No member.';
  return printTable(
    terminal,
    ['Member', 'Type', 'Id', 'Since', 'By'],
    members.map((member) => [member.display ?? '', member.type, member.value, ...originCells(member)]),
  );
}

function listGroups(terminal: Terminal, groups: readonly NamedGroup[]): string {
  if (groups.length === 0) return 'No group.';
  return printTable(
    terminal,
    ['Group', 'Id'],
    groups.map(({ display, value }) => [display ?? '', value]),
  );
}

function listPresentGroups(terminal: Terminal, groups: readonly PresentGroup[]): string {
  if (groups.length === 0) return 'No group.';
  return printTable(
    terminal,
    ['Group', 'Id', 'Since', 'By'],
    groups.map((group) => [group.display ?? '', group.value, ...originCells(group)]),
  );
}

const originCells = ({ since, by }: Origin): readonly string[] => [
  `${since.slice(0, 16).replace('T', ' ')} UTC`,
  by === null ? '' : (by.credentialName ?? by.client ?? 'somebody'),
];
