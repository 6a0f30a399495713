import type { Handler } from '../session.ts';
import { capability, enable, id, logout, namespace, noop } from './connection.ts';
import { fetch, uidFetch } from './fetch.ts';
import { create, remove, rename, subscribe } from './folders.ts';
import { list, lsub } from './list.ts';
import { login } from './login.ts';
import { search, uidSearch } from './search.ts';
import { close, examine, select, unselect } from './select.ts';
import { status } from './status.ts';
import { store, uidStore } from './store.ts';
import { append, copy, expunge, move, uidCopy, uidExpunge, uidMove } from './transfer.ts';

/** A command: its handler and its conditions. */
export type TableEntry = {
  readonly run: Handler;
  /** The command is unknown to a server that does not advertise this. */
  readonly needs?: string;
  /** Uses message numbers, so no EXPUNGE may be sent with its reply (RFC 9051 section 7.5.1). */
  readonly holdsExpunge?: true;
};

/** AUTHENTICATE and STARTTLS are not here: they take part in the connection itself. */
export const commands: ReadonlyMap<string, TableEntry> = new Map<string, TableEntry>([
  ['CAPABILITY', { run: capability }],
  ['ID', { run: id, needs: 'ID' }],
  ['NAMESPACE', { run: namespace, needs: 'NAMESPACE' }],
  ['ENABLE', { run: enable, needs: 'ENABLE' }],
  ['NOOP', { run: noop }],
  ['CHECK', { run: noop }],
  ['LOGOUT', { run: logout }],
  ['LOGIN', { run: login }],
  ['LIST', { run: list }],
  ['LSUB', { run: lsub }],
  ['STATUS', { run: status }],
  ['SELECT', { run: select }],
  ['EXAMINE', { run: examine }],
  ['UNSELECT', { run: unselect, needs: 'UNSELECT' }],
  ['CLOSE', { run: close }],
  ['FETCH', { run: fetch, holdsExpunge: true }],
  ['UID FETCH', { run: uidFetch }],
  ['SEARCH', { run: search, holdsExpunge: true }],
  ['UID SEARCH', { run: uidSearch }],
  ['STORE', { run: store, holdsExpunge: true }],
  ['UID STORE', { run: uidStore }],
  ['COPY', { run: copy }],
  ['UID COPY', { run: uidCopy }],
  ['MOVE', { run: move, needs: 'MOVE' }],
  ['UID MOVE', { run: uidMove, needs: 'MOVE' }],
  ['EXPUNGE', { run: expunge }],
  ['UID EXPUNGE', { run: uidExpunge, needs: 'UIDPLUS' }],
  ['APPEND', { run: append }],
  ['CREATE', { run: create }],
  ['DELETE', { run: remove }],
  ['RENAME', { run: rename }],
  ['SUBSCRIBE', { run: subscribe }],
  ['UNSUBSCRIBE', { run: subscribe }],
]);
