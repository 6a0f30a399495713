/** The handler that an execution environment loads, as `file.export` in the bundle of this directory. */
export type Loads = {
  readonly assetDirectory: string;
  readonly handlerName: string;
  /** Folder of the compiled code, which all environments of a bundle share. */
  readonly compiledDirectory: string;
};

/** The messages to and from an execution environment. Times in ms since the epoch. */
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
