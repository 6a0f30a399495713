import { dirname, relative, sep } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const PROJECT = dirname(import.meta.dirname);

/** A path begins at the project, because the folder of the project may have any name. */
const pathOf = (id: string): string => relative(PROJECT, id).split(sep).join('/');

/** Where the console starts: with the frame and the overview. What it imports comes with it. */
const isStart = (id: string): boolean => /^console\/(?:index\.html|main\.tsx)$/.test(pathOf(id));

/** Parts that several of the other pages use. */
const isShared = (id: string): boolean => /^console\/(?!pages\/)/.test(pathOf(id));

/**
 * Assets are never inlined: the content security policy allows no `data:` addresses. The first page is in two files and
 * one style sheet, so that it needs few requests. What only other pages share is in one more file and style sheet, and
 * each of these pages has its own.
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
            { name: 'console', test: isStart },
            { name: 'parts', test: isShared },
          ],
        },
      },
    },
  },
});
