import { useEffect, useRef } from 'react';

/** The list takes some frames to draw its rows and to scroll back. */
const MAX_FRAMES = 20;

/** When the open job is closed, the focus goes back to its row, unless the person has put it elsewhere. */
export function useReturnedFocus(open: string | null): void {
  const last = useRef(open);
  useEffect(() => {
    const closed = last.current;
    last.current = open;
    if (open !== null || closed === null) return;
    let frames = 0;
    let frame = requestAnimationFrame(function look() {
      if (document.activeElement !== document.body) return;
      const row = document.querySelector<HTMLElement>(`main [role="row"] a[href*="/jobs/${CSS.escape(closed)}"]`);
      row?.focus({ preventScroll: true });
      frames += 1;
      if (row === null && frames < MAX_FRAMES) frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [open]);
}
