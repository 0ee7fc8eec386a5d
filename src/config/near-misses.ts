import { editDistance } from '../protocol/text/edit-distance.js';
import { type Environment } from './environment.js';

/**
 * Finds variables that are almost named like a setting which is not set, and so have no effect that anybody sees.
 *
 * @param settings the names of all settings, those that name a file with a secret included
 * @returns a line for each
 */
export function describeNearMisses(environment: Environment, settings: ReadonlySet<string>): string[] {
  const isSet = (name: string): boolean => (environment[name]?.trim() ?? '') !== '';
  const unset = [...settings].filter((name) => ![name, ...otherForm(name)].some(isSet));
  return Object.keys(environment)
    .filter((name) => !settings.has(name) && isSet(name))
    .flatMap((name) => {
      const meant = closest(name, unset);
      return meant === undefined ? [] : [`${name} is no setting of Rollcall: is ${meant} meant?`];
    });
}

/** A secret may stand in a variable or in a file. */
const otherForm = (name: string): readonly string[] =>
  name.endsWith('_FILE') ? [name.replace(/_FILE$/, '')] : [`${name}_FILE`];

function closest(name: string, settings: readonly string[]): string | undefined {
  const [nearest] = settings
    .map((setting) => ({ setting, slips: editDistance(name, setting, slipsAllowed(setting)) ?? Infinity }))
    .sort((a, b) => a.slips - b.slips);
  return nearest?.slips === Infinity ? undefined : nearest?.setting;
}

/** How many slips of typing a name may have: in a short one, two would make another word. */
const slipsAllowed = ({ length }: string): number => (length < 6 ? 1 : 2);
