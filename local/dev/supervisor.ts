/**
 * Runs a stack in a child process while its sources change. The process is asked to load changed functions. If it
 * cannot, it is restarted with the same arguments, and so with the same data. If changed functions do not build, the
 * running ones are kept. If the process has ended without being stopped, the next change starts it again.
 */
import { type ChildProcess, fork } from 'node:child_process';
import * as z from 'zod';
import type { Change } from './sources.ts';

/** Reports of the child process. `kept`: the previous functions continue, because the new ones do not build. */
export const stackReport = z.enum(['ready', 'reloaded', 'kept', 'changed']);
export type StackReport = z.infer<typeof stackReport>;
/** The request to load changed functions. */
export const RELOAD = 'reload';

export type Supervisor = {
  changed(change: Change): Promise<void>;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
};

/** Starts the program. `say` gets one line of text for the user about each step. */
export function supervise(program: string, args: readonly string[], say: (line: string) => void): Supervisor {
  let child: ChildProcess | null = null;
  let isStopping = false;
  let pending: Change | null = null;
  let work = start();

  /** Resolves when the process is ready, or has ended. */
  async function start(): Promise<void> {
    const started = fork(program, [...args], { stdio: 'inherit' });
    child = started;
    started.once('exit', () => {
      if (child !== started) return;
      child = null;
      if (!isStopping) say('The stack has ended. The next change of a file starts it again.');
    });
    await reportOf(started);
  }

  async function end(process: ChildProcess): Promise<void> {
    child = null;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    // Not by a signal: after Ctrl-C the process has already had one, and a second one would end it at once.
    process.disconnect();
    await ended;
  }

  async function apply(change: Change): Promise<void> {
    if (child === null) return start();
    if (change === 'functions') {
      const began = performance.now();
      child.send(RELOAD);
      const report = await reportOf(child);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      if (report === 'reloaded') return say(`Functions loaded again, in ${seconds} s.`);
      if (report === 'kept') return say('The previous functions continue.');
    }
    say('The stack starts again.');
    if (child !== null) await end(child);
    if (!isStopping) await start();
  }

  async function applyPending(): Promise<void> {
    while (pending !== null && !isStopping) {
      const change = pending;
      pending = null;
      await apply(change);
    }
  }

  return {
    changed(change) {
      if (pending !== 'stack') pending = change;
      work = work.then(applyPending);
      return work;
    },
    async stop() {
      isStopping = true;
      if (child !== null) await end(child);
      await work;
    },
  };
}

/** The next report of the process; null when it ends first. */
function reportOf(child: ChildProcess): Promise<StackReport | null> {
  return new Promise((resolve) => {
    const settle = (report: StackReport | null): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(report);
    };
    const onMessage = (message: unknown): void => {
      const report = stackReport.safeParse(message);
      if (report.success) settle(report.data);
    };
    const onExit = (): void => settle(null);
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
