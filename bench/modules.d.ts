/** The parts of packages in `bench/package.json` that have no types where only the product is installed. */
declare module 'undici' {
  export * from 'undici-types';
}

declare module 'scimmy-routers' {
  import { type RequestHandler } from 'express';

  const SCIMMYRouters: new (authScheme: {
    readonly type: 'bearer';
    readonly handler: () => string;
  }) => RequestHandler;
  export default SCIMMYRouters;
}
