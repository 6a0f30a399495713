import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** imapflow's CommonJS dependencies call `require`, which an ES module does not have. */
const REQUIRE_BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles an entry (a path from the root of the repository) with esbuild in this process, with the settings of
 * NodejsFunction but without a process per function. The AWS SDK is bundled: its version is in the lockfile, and unused
 * code is removed. The asset's hash is that of the output, which is the same on every machine.
 */
export function bundle(entry: string): Code {
  return Code.fromAsset(join(ROOT, 'functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: the local bundling below always succeeds.
      image: DockerImage.fromRegistry('unused'),
      // Makes the bundles of one folder different: equal source and options would be one asset.
      command: [entry],
      local: {
        tryBundle(directory) {
          write(entry, directory);
          return true;
        },
      },
    },
  });
}

/** Builds with paths relative to the root of the repository, so that source maps contain no paths of this machine. */
function write(entry: string, directory: string): void {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(ROOT, 'index.mjs'),
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': './functions/runtime/lambda-credentials.ts',
      '@aws-sdk/endpoint-cache': './functions/runtime/no-endpoint-cache.ts',
    },
    banner: { js: REQUIRE_BANNER },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
  mkdirSync(directory, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(directory, basename(path)), contents);
}
