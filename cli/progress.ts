/** How far work has come, on stderr: one line that is redrawn in a terminal, one line at each change elsewhere. */
import type { Schemas } from '../client/index.ts';
import { count, span } from './output/ages.ts';
import type { Output } from './output/output.ts';

const BAR_WIDTH = 20;

export type ProgressLine = { show(text: string): void; end(): void };

export function progressLine(out: Output, isQuiet: boolean): ProgressLine {
  const redraws = process.stderr.isTTY === true && !out.isJson && !isQuiet;
  let isDrawn = false;
  return {
    show(text) {
      if (!redraws) return out.note(text);
      process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
      isDrawn = true;
    },
    end() {
      if (isDrawn) process.stderr.write('\n');
      isDrawn = false;
    },
  };
}

/** `[#####---------------] 25 %  103/412  50/s  ends in 6s`. */
export function bulkProgress(operation: Schemas['BulkOperation'], now: number = Date.now()): string {
  const { done, skipped, failed, expected, matched, rate_per_second: rate, estimated_end_at: end } = operation;
  const settled = done + skipped + failed;
  const total = expected ?? (operation.job_ids === null ? null : operation.job_ids.length);
  const parts = [
    ...(total === null ? [`${count(settled)} of ${count(matched)} found so far`] : [bar(settled, total)]),
    `${rate}/s`,
    ...(end === null || operation.status !== 'running' ? [] : [`ends in ${span(Date.parse(end) - now)}`]),
    ...(operation.waiting_on === null ? [] : [`waits for ${operation.waiting_on}`]),
  ];
  return parts.join('  ');
}

export function bar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  const drawn = '#'.repeat(filled) + '-'.repeat(BAR_WIDTH - filled);
  return `[${drawn}] ${Math.floor(share * 100)} %  ${count(done)}/${count(total)}`;
}

/** `running  40 of 100 messages`. */
export function jobProgress({ status, waiting_on: wait, progress }: Schemas['Job']): string {
  const step = progress === null ? '' : `  ${progress.done} of ${progress.total ?? '?'} ${progress.unit}`;
  return `${status}${wait === null ? '' : ` (waits: ${wait})`}${step}`;
}
