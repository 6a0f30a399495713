import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { FunctionWork } from './bill.ts';

const report = z.object({
  type: z.literal('platform.report'),
  record: z.object({ metrics: z.object({ memorySizeMB: z.number(), cpuMs: z.number().nullable() }) }),
});

export type LogReading = {
  readonly functions: readonly FunctionWork[];
  readonly bytes: number;
  readonly lines: number;
};

/** Reads the logs of the embedded stack's functions: what is new in them since the last call. */
export function functionLogs(directory: string): () => LogReading {
  const sizes = new Map<string, number>();
  return () => {
    const functions: FunctionWork[] = [];
    let bytes = 0;
    let lines = 0;
    for (const file of readdirSync(directory)) {
      const path = join(directory, file);
      const from = sizes.get(file) ?? 0;
      const size = statSync(path).size;
      sizes.set(file, size);
      const fresh = readFileSync(path)
        .subarray(from, size)
        .toString()
        .split('\n')
        .filter((line) => line !== '');
      bytes += size - from;
      lines += fresh.length;
      const work = { name: file.replace(/[0-9A-F]{8}\.log$/, ''), memoryMb: 0, invocations: 0, cpuSeconds: 0 };
      for (const line of fresh) {
        const parsed = line.includes('platform.report') ? report.safeParse(JSON.parse(line)) : null;
        if (parsed?.success !== true) continue;
        const { memorySizeMB, cpuMs } = parsed.data.record.metrics;
        work.memoryMb = memorySizeMB;
        work.invocations += 1;
        work.cpuSeconds += (cpuMs ?? 0) / 1000;
      }
      if (work.invocations > 0) functions.push(work);
    }
    return { functions, bytes, lines };
  };
}
