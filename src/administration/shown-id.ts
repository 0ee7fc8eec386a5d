const MOST_SHOWN = 40;

/** What an error repeats of an id or another name that does not exist, which may be any text. */
export const shownId = (id: string): string => id.slice(0, MOST_SHOWN);
