import { Socket } from 'node:net';

/** This many turns of the event loop without a byte count as silence. */
const QUIET_TURNS = 60;
const TURN_MS = 5;

/**
 * Sockets with exactly this timeout time out after a number of quiet turns of the event loop, instead of real time: a
 * slow machine does not look like a silent server. Server and client must be in this process.
 */
export function countTurnsFor(markMs: number): void {
  const byTheClock = Socket.prototype.setTimeout;
  const counting = new WeakMap<Socket, NodeJS.Timeout>();
  Socket.prototype.setTimeout = function setTimeoutByTurns(this: Socket, ms: number, callback?: () => void): Socket {
    clearInterval(counting.get(this));
    if (ms !== markMs) return byTheClock.call(this, ms, callback);
    if (callback !== undefined) this.once('timeout', callback);
    let quiet = 0;
    let before = -1;
    const turn = (): void => {
      const bytes = this.bytesRead + this.bytesWritten;
      quiet = bytes === before ? quiet + 1 : 0;
      before = bytes;
      if (!this.destroyed && quiet < QUIET_TURNS) return;
      clearInterval(timer);
      if (!this.destroyed) this.emit('timeout');
    };
    const timer = setInterval(turn, TURN_MS);
    counting.set(this, timer);
    return this;
  };
}

/**
 * Ends timeouts of exactly this length on demand: the returned function times out all open sockets that have one. For
 * clients that meet a silent server, without waiting for a clock.
 */
export function endedOnDemand(markMs: number): () => void {
  const byTheClock = Socket.prototype.setTimeout;
  const open = new Set<Socket>();
  Socket.prototype.setTimeout = function setTimeoutOnDemand(this: Socket, ms: number, callback?: () => void): Socket {
    if (ms === markMs && !open.has(this)) {
      open.add(this);
      this.once('close', () => open.delete(this));
    }
    return byTheClock.call(this, ms, callback);
  };
  return () => {
    for (const socket of open) socket.emit('timeout');
  };
}
