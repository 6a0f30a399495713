import { addressKind, isLoopbackName } from './address.ts';

/**
 * Whether keys or tokens may be fetched from this URL: https to another machine. Where loopback is allowed (a laptop,
 * tests), also this machine, by https or plain http. The resolved address is checked again before connecting.
 */
export function isSecureUrl(text: string, loopback: 'allow' | 'deny'): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isLoopbackName(host) || addressKind(host) === 'loopback')
    return loopback === 'allow' && (url.protocol === 'https:' || url.protocol === 'http:');
  return url.protocol === 'https:';
}
