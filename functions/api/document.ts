import { serve } from '../runtime/http/serve.ts';
import { openapi } from './document/openapi.ts';

export const handler = serve([openapi()]);
