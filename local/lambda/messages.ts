/** What an execution environment loads: a handler of the form `file.export`, from the bundle in this directory. */
export type Loads = { readonly assetDirectory: string; readonly handlerName: string };

/** What goes into an execution environment and what comes back. Times in ms since the epoch. */
export type Invocation = {
  readonly id: string;
  readonly event: unknown;
  readonly deadline: number;
  readonly functionName: string;
  readonly memoryMb: number;
};

/** `cpuMs`: processor time of the environment's thread. */
export type Outcome =
  | { readonly id: string; readonly ok: true; readonly value: unknown; readonly cpuMs: number }
  | { readonly id: string; readonly ok: false; readonly error: string; readonly cpuMs: number };
