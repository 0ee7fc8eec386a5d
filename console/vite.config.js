import { defineConfig } from 'vite';

export default defineConfig({
  // Whoever serves the page puts what stands in front of it, where there is something, before this path.
  base: '/console/',
  // Its caller empties the folder, in which files of its own may stand.
  build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0, emptyOutDir: false },
});
