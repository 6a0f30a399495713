import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import styles from './virtual-table.module.css';
import { useIsNarrow, useIsWide } from './window-width.ts';

export type Column<Row> = {
  readonly name: string;
  readonly label: string;
  /** A track of CSS grid, such as `8rem` or `minmax(8rem, 2fr)`. */
  readonly width: string;
  /** Left out where there is no room for all: between a phone and a wide window. */
  readonly isLesser?: boolean;
  /** The heading is for screen readers only. */
  readonly isLabelHidden?: boolean;
  /** A control instead of the label, such as one that selects all rows. It needs a label of its own. */
  readonly heading?: ReactNode;
  /** On a phone the label is shown before the value, which would not be clear alone. */
  readonly isLabelled?: boolean;
  readonly cell: (row: Row) => ReactNode;
};

type Properties<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** How many rows before these are not held. Their place is empty until `onStart` has read them again. */
  readonly offset?: number;
  readonly keyOf: (row: Row) => string;
  /** The row that the keys `j` and `k` have selected, counted from the first of the list; -1: none. */
  readonly current?: number;
  readonly isSelected?: (row: Row) => boolean;
  /** Called when the end comes into view, and there are more rows. */
  readonly onEnd?: (() => void) | undefined;
  /** Called when rows before these come into view. */
  readonly onStart?: (() => void) | undefined;
};

const ROW_PX = 40;
const CARD_PX = 84;
const OVERSCAN = 12;

/**
 * A table that has only the rows in view in the document, so that a list of any length stays fast. On a phone each row
 * is a card. The window scrolls, not the table.
 */
export function VirtualTable<Row>({
  label,
  columns: all,
  rows,
  offset = 0,
  keyOf,
  current = -1,
  isSelected = () => false,
  onEnd,
  onStart,
}: Properties<Row>) {
  const isNarrow = useIsNarrow();
  const isWide = useIsWide();
  const columns = isNarrow || isWide ? all : all.filter(({ isLesser }) => isLesser !== true);
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    setTop((before) => {
      const now = body.current === null ? 0 : body.current.getBoundingClientRect().top + window.scrollY;
      return Math.abs(now - before) < 1 ? before : now;
    });
  });
  const count = offset + rows.length;
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => (isNarrow ? CARD_PX : ROW_PX),
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => {
      const row = rows[index - offset];
      return row === undefined ? index : keyOf(row);
    },
  });
  const items = virtual.getVirtualItems();
  const firstInView = items[0]?.index ?? 0;
  const lastInView = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (firstInView < offset) onStart?.();
    else if (lastInView >= count - 1) onEnd?.();
  }, [onStart, onEnd, firstInView, lastInView, offset, count]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height of a row changes with the width of the window
  useEffect(() => virtual.measure(), [isNarrow]);
  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current, { align: 'auto' });
  }, [current, virtual]);
  const template = columns.map(({ width }) => width).join(' ');
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows out of view are not in the document, so a table has no layout
    <div role="table" aria-label={label} aria-rowcount={count + 1} className={styles.table}>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: rows of a table are no controls */}
      <div role="row" aria-rowindex={1} className={styles.head} style={{ gridTemplateColumns: template }}>
        {columns.map(({ name, label, isLabelHidden = false, heading }) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: headings of a table are no controls
          <div key={name} role="columnheader" className={styles.heading}>
            {heading ?? (isLabelHidden ? <span className={styles.unseen}>{label}</span> : label)}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div ref={body} role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const row = rows[index - offset];
          if (row === undefined) return null;
          return (
            // biome-ignore lint/a11y/useSemanticElements: see above
            // biome-ignore lint/a11y/useFocusableInteractive: rows of a table are no controls
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              aria-current={index === current ? 'true' : undefined}
              data-selected={isSelected(row)}
              className={styles.row}
              style={{ gridTemplateColumns: template, transform: `translateY(${start - top}px)` }}
            >
              {columns.map(({ name, label: heading, isLabelled = false, cell }) => (
                // biome-ignore lint/a11y/useSemanticElements: see above
                <div key={name} role="cell" data-column={name} className={styles.cell}>
                  {isNarrow && isLabelled && <span className={styles.label}>{heading} </span>}
                  {cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
