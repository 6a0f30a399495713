import type { SignIn } from '../../domain/account/sign-in.ts';
import { endpoint } from '../../http/endpoint.ts';
import { signInContract } from './contracts.ts';

/** Shows where to sign in, as the stage is configured. It reads no table. */
export const signIn = (settings: SignIn) => endpoint(signInContract, async () => ({ status: 200, data: settings }));
