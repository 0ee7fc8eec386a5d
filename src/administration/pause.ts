/** How many minutes a pause lasts by default, and at most. */
export const DEFAULT_PAUSE = 4 * 60;
export const LONGEST_PAUSE = 24 * 60;
