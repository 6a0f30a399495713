import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * Assets are never inlined: the content security policy allows no `data:` addresses. Everything that all pages need is
 * in two files and one style sheet, so that the first page needs few requests; each page has a file
 * and a style sheet of its own.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'framework',
              test: /node_modules[\\/](?:react|react-dom|scheduler|@tanstack[\\/](?:react-|query-|router-|history|store)(?!virtual|table)|oauth4webapi)/,
            },
            { name: 'console', test: /console[\\/](?!(?:pages|table)[\\/])|client[\\/]/ },
          ],
        },
      },
    },
  },
});
