import { inboxManager } from '../lib/app.ts';
import { ConfigurationError } from '../lib/configuration.ts';

try {
  inboxManager().app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
