/** A membership: ids of the member and of its group. */
export interface Step {
  readonly member: string;
  readonly group: string;
}

/**
 * The shortest ways from one resource to all that steps lead to, each as the place before: from a member to its groups, or with
 * `down` from a group to what is in it. Of ways of one length, the one whose ids come first. The keys are in the order of
 * their distance.
 */
export function shortestWays(
  start: string,
  steps: readonly Step[],
  direction: 'up' | 'down',
): ReadonlyMap<string, string> {
  const next = new Map<string, string[]>();
  for (const { member, group } of steps) {
    const [from, to] = direction === 'up' ? [member, group] : [group, member];
    const known = next.get(from);
    if (known) known.push(to);
    else next.set(from, [to]);
  }
  const before = new Map<string, string>();
  const queue = [start];
  // The queue grows while it is walked.
  for (const place of queue) {
    for (const to of (next.get(place) ?? []).sort()) {
      if (to === start || before.has(to)) continue;
      before.set(to, place);
      queue.push(to);
    }
  }
  return before;
}

/** The places between the start of {@link shortestWays} and one that it leads to, from the start on. */
export function placesBetween(ways: ReadonlyMap<string, string>, start: string, to: string): string[] {
  const between: string[] = [];
  for (let place = ways.get(to); place !== undefined && place !== start; place = ways.get(place)) {
    between.push(place);
  }
  return between.reverse();
}
