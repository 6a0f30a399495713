import { openapi } from '../api/openapi/openapi.ts';
import { serve } from '../http/serve.ts';

export const handler = serve([openapi()]);
