/** Whether npm has started this process, or something that is neither the server nor the command line by itself. */
const isByNpm =
  process.env['npm_lifecycle_event'] !== undefined || !/[\\/](?:cli|main)\.js$/.test(process.argv[1] ?? '');

/** A command of `rollcall` as it is entered where this process runs: by npm, or without it in a container. */
export const commandOf = (words: string): string =>
  `${isByNpm ? 'npm run rollcall --' : 'node dist/cli.js'} ${words}`;
