const DAY_MS = 86_400_000;

/** Days until a time, the one that has begun included; 0 once it is over. */
export const daysUntil = (time: Date): number =>
  Math.max(0, Math.ceil((time.getTime() - Date.now()) / DAY_MS));
