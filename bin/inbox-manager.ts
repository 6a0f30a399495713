import { inboxManager } from '../lib/app.ts';

inboxManager().app.synth();
