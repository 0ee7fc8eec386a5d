/** How long a company is paused where nothing is said, and at most, in minutes. */
export const DEFAULT_PAUSE = 4 * 60;
export const LONGEST_PAUSE = 24 * 60;
