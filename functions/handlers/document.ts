import * as z from 'zod';
import { openapi } from '../api/openapi/openapi.ts';
import { signIn } from '../api/service/sign-in.ts';
import { serve } from '../http/serve.ts';
import { settings } from '../runtime/environment.ts';

const { SIGN_IN } = z.object({ SIGN_IN: settings.SIGN_IN }).parse(process.env);

export const handler = serve([openapi(), signIn(SIGN_IN)]);
